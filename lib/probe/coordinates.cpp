// coordinates.cpp: see coordinates.h.
#include "probe/coordinates.h"

#include <cmath>

#include "matrix/spectral_norm.h"
#include "probe/change.h"
#include "probe/probe.h"

namespace steepest::probe {
namespace {

double root_mean_square(const at::Tensor& value) { return std::sqrt(number(value.to(at::kDouble).square().mean())); }

class Coordinates : public Probe {
 public:
  using Probe::Probe;

  void take(const at::Tensor& tokens) override { tokens_ = tokens; }
  void before_step(const model::Model& network) override { change_.begin(network); }

  Observed observe(const model::Model& network) override {
    Observed seen;
    const auto add = [&](const char* quantity, const std::string& of, double value) {
      seen.metrics.emplace_back(std::string(quantity) + "." + of, value);
    };
    network.forward(tokens_,
                    [&](const std::string& place, const at::Tensor& value) { add("activation_rms", place, root_mean_square(value)); });
    change_.end(network, [&](const model::NamedHidden& hidden, const at::Tensor& update) {
      const double shape = std::sqrt(static_cast<double>(hidden.fan_in) / static_cast<double>(hidden.fan_out));
      add("update_rms", hidden.name, root_mean_square(update));
      add("update_operator_norm", hidden.name, number(matrix::spectral_norm(update)) * shape);
    });
    each_low_rank(network, [&](const model::NamedHidden& hidden, const model::Factors& factors) {
      add("factor_rms_A", hidden.name, root_mean_square(factors.A));
      add("factor_rms_B", hidden.name, root_mean_square(factors.B));
    });
    return seen;
  }

 private:
  at::Tensor tokens_;
  Change change_;
};

}  // namespace

std::unique_ptr<Probe> make_probe(const CoordinatesOptions& options) { return std::make_unique<Coordinates>(options.every); }

}  // namespace steepest::probe
