// factors.cpp: see factors.h.
#include "probe/factors.h"

#include "matrix/spectral_norm.h"
#include "probe/numbers.h"
#include "probe/probe.h"

namespace steepest::probe {
namespace {

class Factors : public Probe {
 public:
  using Probe::Probe;

  Observed observe(const model::Model& network) override {
    Observed seen;
    each_low_rank(network, [&](const model::NamedHidden& hidden, const model::Factors& factors) {
      const auto A = factors.A.to(at::kDouble), B = factors.B.to(at::kDouble);
      const auto gram_A = A.t().mm(A), gram_B = B.t().mm(B);
      const double norm_A = number(matrix::spectral_norm(A)), norm_B = number(matrix::spectral_norm(B));
      const auto add = [&](const char* quantity, double value) { seen.metrics.emplace_back(quantity + ("." + hidden.name), value); };
      add("factor_norm_A", norm_A);
      add("factor_norm_B", norm_B);
      add("gauge", norm_A / norm_B);
      add("imbalance", number((gram_A - gram_B).norm() / (gram_A.norm() + gram_B.norm())));
    });
    return seen;
  }
};

}  // namespace

std::unique_ptr<Probe> make_probe(const FactorsOptions& options) { return std::make_unique<Factors>(options.every); }

}  // namespace steepest::probe
