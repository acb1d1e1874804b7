// sketch.cpp: see sketch.h.
#include "probe/sketch.h"

#include <cmath>

#include "matrix/random.h"
#include "probe/numbers.h"
#include "probe/probe.h"
#include "random/streams.h"

namespace steepest::probe {
namespace {

class Sketch : public Probe {
 public:
  using Probe::Probe;

  Observed observe(const model::Model& network) override {
    at::Tensor sums;
    double square = 0;
    for (std::size_t i = 0; i < network.hidden().size(); ++i) {
      const auto& hidden = network.hidden()[i];
      const auto W = weight(*hidden.layer);
      const auto side = [&](const char* name, std::int64_t rows) {
        return matrix::normal_matrix(rows, kSketchSize, random::stream_seed(0, name, i)).to(W.device());
      };
      const auto products = (W.mm(side("sketch-in", hidden.fan_in)) * side("sketch-out", hidden.fan_out)).sum(0);
      sums = sums.defined() ? sums + products : products;
      square += number(W.square().sum());
    }
    Observed seen;
    seen.metrics.emplace_back("sketch.norm", std::sqrt(square));
    const auto each = numbers(sums);
    for (std::size_t k = 0; k < each.size(); ++k) seen.metrics.emplace_back("sketch." + std::to_string(k), each[k]);
    return seen;
  }
};

}  // namespace

std::unique_ptr<Probe> make_probe(const SketchOptions& options) { return std::make_unique<Sketch>(options.every); }

}  // namespace steepest::probe
