// adapters.cpp: see adapters.h.
#include "probe/adapters.h"

#include <map>

#include "matrix/principal_factors.h"
#include "matrix/singular_values.h"
#include "probe/numbers.h"
#include "probe/probe.h"

namespace steepest::probe {
namespace {

/// The first r singular vectors of a matrix, as columns.
struct Bases {
  at::Tensor left, right;
};

class Adapters : public Probe {
 public:
  using Probe::Probe;

  Observed observe(const model::Model& network) override {
    Observed seen;
    each_low_rank(network, [&](const auto& hidden, const auto& factors) { look(hidden, factors, seen); });
    return seen;
  }

 private:
  void look(const model::NamedHidden& hidden, const model::Factors& factors, Observed& seen) {
    const auto A = factors.A.to(at::kDouble), B = factors.B.to(at::kDouble);
    const auto values = matrix::product_singular_values(A, B) * factors.lora_scale;
    const auto add = [&](const char* quantity, double value) { seen.metrics.emplace_back(quantity + ("." + hidden.name), value); };
    seen.spectra.emplace_back("adapter." + hidden.name, numbers(values));
    add("adapter_norm", number(values[0]));
    add("adapter_stable_rank", number(matrix::stable_rank(values)));
    add("adapter_effective_rank", number(matrix::effective_rank(values)));
    const double square = number(values.square().sum()) / (factors.lora_scale * factors.lora_scale);
    if (!hidden.layer->frozen_part().defined() || !(square > 0)) return;
    const auto& bases = bases_of(hidden, A.size(1));
    add("alignment_left", number(bases.left.t().mm(A).mm(B.t()).square().sum()) / square);
    add("alignment_right", number(A.mm(B.t().mm(bases.right)).square().sum()) / square);
  }

  /// Of W_pre, which training leaves as it is: found at the first look.
  const Bases& bases_of(const model::NamedHidden& hidden, std::int64_t rank) {
    const auto [place, fresh] = bases_.try_emplace(hidden.name);
    if (fresh) {
      const auto [U, V] = matrix::principal_factors(hidden.layer->frozen_part().to(at::kDouble), rank);
      place->second = {U / U.norm(2, 0, true), V / V.norm(2, 0, true)};  // each column is a singular vector times a root
    }
    return place->second;
  }

  std::map<std::string, Bases> bases_;
};

}  // namespace

std::unique_ptr<Probe> make_probe(const AdaptersOptions& options) { return std::make_unique<Adapters>(options.every); }

}  // namespace steepest::probe
