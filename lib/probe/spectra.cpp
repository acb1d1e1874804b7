// spectra.cpp: see spectra.h.
#include "probe/spectra.h"

#include "matrix/singular_values.h"
#include "probe/numbers.h"
#include "probe/probe.h"

namespace steepest::probe {
namespace {

/// A product of two factors alone has no more singular values than they have columns.
at::Tensor singular_values(const model::HiddenLinear& layer) {
  const auto trained = layer.trained();
  const auto* factors = std::get_if<model::Factors>(&trained);
  if (factors == nullptr || layer.frozen_part().defined()) return matrix::singular_values(weight(layer));
  return matrix::product_singular_values(factors->A.to(at::kDouble), factors->B.to(at::kDouble)) * factors->lora_scale;
}

class Spectra : public Probe {
 public:
  using Probe::Probe;

  Observed observe(const model::Model& network) override {
    Observed seen;
    for (const auto& hidden : network.hidden()) {
      const auto values = singular_values(*hidden.layer);
      seen.spectra.emplace_back(hidden.name, numbers(values));
      seen.metrics.emplace_back("stable_rank." + hidden.name, number(matrix::stable_rank(values)));
      seen.metrics.emplace_back("effective_rank." + hidden.name, number(matrix::effective_rank(values)));
    }
    return seen;
  }
};

}  // namespace

std::unique_ptr<Probe> make_probe(const SpectraOptions& options) { return std::make_unique<Spectra>(options.every); }

}  // namespace steepest::probe
