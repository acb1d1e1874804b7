// updates.cpp: see updates.h.
#include "probe/updates.h"

#include "matrix/spectral_norm.h"
#include "probe/numbers.h"
#include "probe/probe.h"

namespace steepest::probe {
namespace {

class Updates : public Probe {
 public:
  using Probe::Probe;

  void before_step(const model::Model& network) override {
    before_.clear();
    for (const auto& hidden : network.hidden()) before_.push_back(weight(*hidden.layer));
  }

  Observed observe(const model::Model& network) override {
    Observed seen;
    for (std::size_t i = 0; i < before_.size(); ++i) {
      const auto& hidden = network.hidden()[i];
      const auto update = weight(*hidden.layer) - before_[i];
      seen.metrics.emplace_back("update_norm." + hidden.name, number(matrix::spectral_norm(update)));
      seen.metrics.emplace_back("update_frobenius_norm." + hidden.name, number(update.norm()));
    }
    before_.clear();
    return seen;
  }

 private:
  std::vector<at::Tensor> before_;  // the weights before the step that is looked at
};

}  // namespace

std::unique_ptr<Probe> make_probe(const UpdatesOptions& options) { return std::make_unique<Updates>(options.every); }

}  // namespace steepest::probe
