// interval.h: how often a probe looks, which every probe's options begin with. No LibTorch.
#pragma once
#include <cstdint>

#include "options/field.h"

namespace steepest::probe {

/// Whether `step` steps of `steps` are a point to look at: before the first, after each `every`, and after the last.
inline bool due(std::int64_t every, std::int64_t step, std::int64_t steps) {
  return step == 0 || step == steps || (every > 0 && step % every == 0);
}

struct Interval {
  std::int64_t every = 32;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit(options::field("every", every)
              .at_least(0)
              .unit("steps")
              .observes()
              .help("looks at the start, after every so many steps, and at the end; 0: at the start and the end alone"));
  }
};

}  // namespace steepest::probe
