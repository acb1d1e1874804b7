// updates.cpp: see updates.h.
#include "probe/updates.h"

#include "matrix/spectral_norm.h"
#include "probe/change.h"
#include "probe/probe.h"

namespace steepest::probe {
namespace {

class Updates : public Probe {
 public:
  using Probe::Probe;

  void before_step(const model::Model& network) override { change_.begin(network); }

  Observed observe(const model::Model& network) override {
    Observed seen;
    change_.end(network, [&](const model::NamedHidden& hidden, const at::Tensor& update) {
      seen.metrics.emplace_back("update_norm." + hidden.name, number(matrix::spectral_norm(update)));
      seen.metrics.emplace_back("update_frobenius_norm." + hidden.name, number(update.norm()));
    });
    return seen;
  }

 private:
  Change change_;
};

}  // namespace

std::unique_ptr<Probe> make_probe(const UpdatesOptions& options) { return std::make_unique<Updates>(options.every); }

}  // namespace steepest::probe
