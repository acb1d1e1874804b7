// group_options.h: any plain option struct as LibTorch's OptimizerOptions, with what only a group of parameters knows.
#pragma once
#include <torch/optim/optimizer.h>
#include <torch/serialize/archive.h>

#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "option_fields.h"
#include "scalar.h"

namespace steepest::optim {

/// What a group knows besides the options of its optimizer.
class CommonOptions {
 public:
  double lora_scale = 1.0;    ///< s in W = W_pre + s A B^T; ignored by optimizers of single matrices
  bool B_transposed = false;  ///< the second parameter of each pair is stored as B^T, [r, n]
  bool unclaimed = false;     ///< a copy of the optimizer's defaults that its own add_param_group has not given to a group

  virtual ~CommonOptions() = default;

  /// From now on the rate and the decay are read from tensors on this device, which `set_lr` and `set_weight_decay` write into.
  void hold_on(const at::Device& device) {
    rate_ = at::empty({}, at::dtype(at::kDouble).device(device));
    decay_ = at::empty_like(rate_);
    refill();
  }
  bool held() const { return rate_.defined(); }
  /// Writes the host's rate and decay into what is held; nothing where nothing is.
  void refill() const {
    if (!held()) return;
    rate_.fill_(host_rate());
    decay_.fill_(host_decay());
  }

  virtual double host_rate() const = 0;
  virtual double host_decay() const = 0;  ///< rate * weight_decay; 0 without weight decay
  /// Name and options but for rates and decays.
  virtual std::string others() const = 0;

  Scalar rate() const { return held() ? Scalar(rate_) : Scalar(host_rate()); }
  Scalar decay() const { return held() ? Scalar(decay_) : Scalar(host_decay()); }

 protected:
  CommonOptions(double scale, bool transposed) : lora_scale(scale), B_transposed(transposed) {}
  CommonOptions(const CommonOptions&) = default;
  CommonOptions& operator=(const CommonOptions&) = default;

 private:
  at::Tensor rate_, decay_;  // a copy shares them: what is loaded into it then reaches a recorded step
};

/// Options of one parameter group. `get_lr` and `set_lr` are its learning rate, so LibTorch's schedulers work.
template <class Plain>
struct GroupOptions : torch::optim::OptimizerCloneableOptions<GroupOptions<Plain>>, CommonOptions {
  Plain values;

  GroupOptions(Plain plain = {}, double scale = 1.0, bool transposed = false)
      : CommonOptions(scale, transposed), values(std::move(plain)) {}

  double get_lr() const override { return values.learning_rate; }
  void set_lr(const double lr) override {
    values.learning_rate = lr;
    refill();
  }
  void set_weight_decay(double weight_decay) {
    values.weight_decay = weight_decay;
    refill();
  }

  void serialize(torch::serialize::OutputArchive& archive) const override {
    detail::WriteFields write{archive};
    Plain copy = values;
    copy.describe(write);
    archive.write("lora_scale", c10::IValue(lora_scale));
    if (B_transposed) archive.write("B_transposed", c10::IValue(true));  // absent in states from before there was this choice
  }
  /// Throws std::invalid_argument if the saved pairs were stored the other way.
  void serialize(torch::serialize::InputArchive& archive) override {
    detail::ReadFields read{Plain::kName, archive};
    values.describe(read);
    c10::IValue saved;
    archive.read("lora_scale", saved);
    lora_scale = saved.toDouble();
    const bool transposed = archive.try_read("B_transposed", saved) && saved.toBool();
    if (transposed != B_transposed) {
      throw std::invalid_argument(std::string(Plain::kName) + ": the saved state does not fit: B is stored transposed " +
                                  (transposed ? "there and not here" : "here and not there"));
    }
  }

  double host_rate() const override { return values.learning_rate; }
  double host_decay() const override {
    if constexpr (requires { values.weight_decay; }) return values.learning_rate * values.weight_decay;
    else return 0.0;
  }
  std::string others() const override {
    return std::string(Plain::kName) + ", lora_scale " + std::to_string(lora_scale) + (B_transposed ? ", B transposed\n" : "\n") +
           text_but_rates(values);
  }
};

/// Throws std::invalid_argument if a group was given options of another optimizer.
template <class Options>
const Options& options_as(const torch::optim::OptimizerOptions& options) {
  const auto* own = dynamic_cast<const Options*>(&options);
  const std::string name = decltype(Options::values)::kName;
  if (!own) throw std::invalid_argument(name + ": a parameter group has options of another optimizer");
  return *own;
}

/// What the options of our groups have in common. Throws std::invalid_argument for those of others.
template <class Options>
auto& common_options_of(Options& options) {
  using Common = std::conditional_t<std::is_const_v<Options>, const CommonOptions, CommonOptions>;
  auto* common = dynamic_cast<Common*>(&options);
  if (!common) throw std::invalid_argument("a parameter group has options of another optimizer");
  return *common;
}

}  // namespace steepest::optim
