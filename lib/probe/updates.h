// updates.h: how far one step moves every hidden matrix. No LibTorch.
#pragma once
#include <memory>

#include "probe/interval.h"

namespace steepest::probe {

class Probe;

/// Of the step W -> W+ before the look: update_norm.MATRIX |W+ - W|_2, which a spectral optimizer's learning rate bounds, and
/// update_frobenius_norm.MATRIX |W+ - W|_F. Nothing at the start.
struct UpdatesOptions : Interval {
  static constexpr const char* kName = "updates";
};

std::unique_ptr<Probe> make_probe(const UpdatesOptions& options);

}  // namespace steepest::probe
