// change.h: what one step changes of every hidden matrix, for probes that look at it.
#pragma once
#include <vector>

#include "probe/numbers.h"

namespace steepest::probe {

class Change {
 public:
  /// Before the step.
  void begin(const model::Model& network) {
    before_.clear();
    for (const auto& hidden : network.hidden()) before_.push_back(weight(*hidden.layer));
  }

  /// Calls body(hidden, W+ - W) for each matrix [fan_out, fan_in], in float64, and forgets. Nothing where no step was made since.
  template <class Body>
  void end(const model::Model& network, const Body& body) {
    for (std::size_t i = 0; i < before_.size(); ++i) {
      const auto& hidden = network.hidden()[i];
      body(hidden, weight(*hidden.layer) - before_[i]);
    }
    before_.clear();
  }

 private:
  std::vector<at::Tensor> before_;
};

}  // namespace steepest::probe
