// rule_optimizer.h: the shared bookkeeping with an update rule in its place.
#pragma once
#include <memory>
#include <vector>

#include "batched_optimizer.h"
#include "rule.h"

namespace steepest::optim {

/// Units of `kSlots` parameters, updated by Rule<Options>.
template <class Options, int kSlots>
class RuleOptimizer : public BatchedOptimizer {
 protected:
  RuleOptimizer(Options options, double lora_scale, bool B_transposed)
      : BatchedOptimizer(Options::kName, kSlots, std::make_unique<GroupOptions<Options>>(std::move(options), lora_scale, B_transposed)) {}

  void initialize(Batch& batch) const override {
    if constexpr (requires { &Rule<Options>::initialize; }) call(Rule<Options>::initialize, batch);
  }
  void prepare(std::vector<Batch>& batches) const override {
    if constexpr (requires { &Rule<Options>::prepare; }) Rule<Options>::prepare(batches);
  }
  void update(Batch& batch) const override { call(Rule<Options>::update, batch); }

  void check_group_options(const torch::optim::OptimizerOptions& options) const override {
    const auto& own = options_as<GroupOptions<Options>>(options);
    check_options(own.values);
    if (!(own.lora_scale > 0)) throw std::invalid_argument(std::string(Options::kName) + ": lora_scale must be above 0");
  }

 private:
  template <class Function>
  static void call(const Function& function, Batch& batch) {
    const auto now = step_of<Options>(batch);
    if constexpr (kSlots == 1) function(batch.slots[0], now);
    else function(batch.slots[0], batch.slots[1], now);
  }
};

}  // namespace steepest::optim
