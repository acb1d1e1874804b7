// updates.h: how far one step moves every hidden matrix. No LibTorch.
#pragma once
#include <cstdint>
#include <memory>

#include "options/field.h"

namespace steepest::probe {

class Probe;

/// Of the step W -> W+ before the look: update_norm.MATRIX |W+ - W|_2, which a spectral optimizer's learning rate bounds, and
/// update_frobenius_norm.MATRIX |W+ - W|_F. Nothing at the start.
struct UpdatesOptions {
  static constexpr const char* kName = "updates";
  std::int64_t every = 32;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit(options::field("every", every).at_least(0).unit("steps").observes().help("looks after every so many steps; 0: at the end alone"));
  }
};

std::unique_ptr<Probe> make_probe(const UpdatesOptions& options);

}  // namespace steepest::probe
