// identities.cpp: see identities.h.
#include "probe/identities.h"

#include <algorithm>
#include <cmath>

#include "matrix/inverse_sqrt.h"
#include "matrix/msign.h"
#include "matrix/random.h"
#include "optim/lora_muon.h"
#include "optim/lora_rite_core.h"
#include "probe/numbers.h"
#include "probe/probe.h"
#include "random/streams.h"

namespace steepest::probe {
namespace {

constexpr double kRate = 0.1, kDecay = 0.1, kCondition = 10;

/// Factors with their gradients, of one matrix.
struct Point {
  at::Tensor A, B, G_A, G_B;
  double scale;
};

at::Tensor wide(const at::Tensor& X) { return X.to(at::kDouble); }

struct Moved {
  at::Tensor A, B;  ///< in float64, after the step
};

template <class Optimizer, class Options>
Moved moved(const Point& at, const Options& options) {
  optim::FactorPair pair{at.A.detach().clone().requires_grad_(), at.B.detach().clone().requires_grad_()};
  pair.A.mutable_grad() = at.G_A;
  pair.B.mutable_grad() = at.G_B;
  Optimizer optimizer({pair}, options, at.scale);
  optimizer.step();
  return {wide(pair.A.detach()), wide(pair.B.detach())};
}

optim::LoraMuonOptions plain(double decay = 0) {
  optim::LoraMuonOptions options;
  options.learning_rate = kRate;
  options.momentum = 0;
  options.weight_decay = decay / kRate;
  options.zero_factor = optim::ZeroFactor::skip;  // the paper's formula and nothing else
  return options;
}

double relative(const at::Tensor& X, const at::Tensor& Y) { return number((X - Y).norm() / Y.norm()); }

/// The step of the product, s = 1 left out.
at::Tensor product_step(const Point& from, const Moved& to) { return to.A.mm(to.B.t()) - wide(from.A).mm(wide(from.B).t()); }

double projector_error(const Point& at, const Moved& to) {
  const auto A = wide(at.A), B = wide(at.B), G_A = wide(at.G_A), G_B = wide(at.G_B);
  const auto first_order = at.scale * ((to.A - A).mm(B.t()) + A.mm((to.B - B).t()));
  // G P_B and P_A G from the factors' gradients s G B and s G^T A; msign does not see s.
  const auto right = G_A.mm(at::linalg_solve(B.t().mm(B), B.t())), left = A.mm(at::linalg_solve(A.t().mm(A), G_B.t()));
  const auto low_rank_msign = [&](const at::Tensor& X) {
    const auto [U, S, Vh] = at::linalg_svd(X, /*full_matrices=*/false);
    return U.narrow(1, 0, A.size(1)).mm(Vh.narrow(0, 0, A.size(1)));
  };
  return relative(first_order, -(kRate / 2) * (low_rank_msign(right) + low_rank_msign(left)));
}

double gauge_error(const Point& at, const Moved& to, std::uint64_t index) {
  const std::int64_t rank = at.A.size(1);
  const auto turn = [&](const char* name) { return matrix::orthogonal_matrix(rank, rank, random::stream_seed(0, name, index)); };
  const double reach = rank > 1 ? std::log(kCondition) / 2 : 0;
  const auto sigma = at::linspace(reach, -reach, rank, at::kDouble).exp();
  const auto U = turn("identities-left"), Vt = turn("identities-right");
  const auto R = (U * sigma).mm(Vt).to(at.A.device()), R_inverse_transpose = (U / sigma).mm(Vt).to(at.A.device());
  const auto times = [&](const at::Tensor& X, const at::Tensor& by) { return wide(X).mm(by).to(X.scalar_type()); };
  const Point other{times(at.A, R), times(at.B, R_inverse_transpose), times(at.G_A, R_inverse_transpose), times(at.G_B, R), at.scale};
  return relative(product_step(other, moved<optim::LoraMuon>(other, plain())), product_step(at, to));
}

double decay_error(const Point& at, const Moved& to) {
  const auto decayed = moved<optim::LoraMuon>(at, plain(kDecay));
  const auto A = wide(at.A), B = wide(at.B), dA = to.A - A, dB = to.B - B;
  const auto expected = (1 - kDecay) * A.mm(B.t()) + dA.mm(B.t()) + A.mm(dB.t()) + dA.mm(dB.t()) / (1 - kDecay);
  return relative(decayed.A.mm(decayed.B.t()), expected);
}

double core_error(const Point& at, const Moved& to) {
  optim::LoraRiteCoreOptions options;
  options.learning_rate = kRate;
  options.momentum = options.weight_decay = 0;
  return relative(product_step(at, moved<optim::LoraRiteCore>(at, options)), product_step(at, to));
}

class Identities : public Probe {
 public:
  using Probe::Probe;

  void before_step(const model::Model& network) override {
    before_.clear();
    each_low_rank(network, [&](const auto&, const auto& factors) {
      before_.push_back({factors.A.detach().clone(), factors.B.detach().clone(), {}, {}, factors.lora_scale});
    });
  }

  Observed observe(const model::Model& network) override {
    std::vector<double> largest(4, 0);
    std::size_t seen_pairs = 0;
    each_low_rank(network, [&](const auto&, const auto& factors) {
      if (seen_pairs >= before_.size()) return;
      Point& at = before_[seen_pairs];
      at.G_A = factors.A.grad(), at.G_B = factors.B.grad();
      if (!at.G_A.defined() || !at.G_B.defined()) return;
      const auto to = moved<optim::LoraMuon>(at, plain());
      const std::vector<double> errors{projector_error(at, to), gauge_error(at, to, seen_pairs), decay_error(at, to), core_error(at, to)};
      for (std::size_t i = 0; i < errors.size(); ++i) largest[i] = std::max(largest[i], errors[i]);
      ++seen_pairs;
    });
    before_.clear();
    Observed seen;
    if (seen_pairs == 0) return seen;
    for (std::size_t i = 0; const char* name : {"projector", "gauge", "decay", "core"})
      seen.metrics.emplace_back(std::string("identity.") + name, largest[i++]);
    return seen;
  }

 private:
  std::vector<Point> before_;  // the factors before the step that is looked at
};

}  // namespace

std::unique_ptr<Probe> make_probe(const IdentitiesOptions& options) { return std::make_unique<Identities>(options.every); }

}  // namespace steepest::probe
