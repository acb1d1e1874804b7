// spectra.h: the singular values of every hidden matrix, and its stable and effective rank. No LibTorch.
#pragma once
#include <cstdint>
#include <memory>

#include "options/field.h"

namespace steepest::probe {

class Probe;

/// Singular values of W [fan_out, fan_in] as the network uses it: W_pre + s A B^T, or s A B^T alone from its factors (r values). Metrics
/// stable_rank.MATRIX: |W|_F^2/|W|_2^2; effective_rank.MATRIX: exp of the entropy of the singular values over their sum (Roy and Vetterli 2007).
struct SpectraOptions {
  static constexpr const char* kName = "spectra";
  std::int64_t every = 32;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit(options::field("every", every)
              .at_least(0)
              .unit("steps")
              .observes()
              .help("looks after every so many steps; 0: at the start and the end alone"));
  }
};

std::unique_ptr<Probe> make_probe(const SpectraOptions& options);

}  // namespace steepest::probe
