// spectra.h: the singular values of every hidden matrix, and its stable and effective rank. No LibTorch.
#pragma once
#include <memory>

#include "probe/interval.h"

namespace steepest::probe {

class Probe;

/// Singular values of W [fan_out, fan_in] as the network uses it: W_pre + s A B^T, or s A B^T alone from its factors (r values). Metrics
/// stable_rank.MATRIX: |W|_F^2/|W|_2^2; effective_rank.MATRIX: exp of the entropy of the singular values over their sum (Roy and Vetterli 2007).
struct SpectraOptions : Interval {
  static constexpr const char* kName = "spectra";
};

std::unique_ptr<Probe> make_probe(const SpectraOptions& options);

}  // namespace steepest::probe
