// adapters.h: what fine-tuning adds to each matrix: the singular values of s A B^T, and where they lie in W_pre. No LibTorch.
#pragma once
#include <memory>

#include "probe/interval.h"

namespace steepest::probe {

class Probe;

/// Of every low-rank matrix, whatever it is added to. Spectra `adapter.MATRIX`: the r singular values of s A B^T. Metrics
/// adapter_norm.MATRIX (spectral), adapter_stable_rank.MATRIX, adapter_effective_rank.MATRIX (Roy and Vetterli 2007; 0 while s A B^T is 0);
/// and on a frozen W_pre alignment_left.MATRIX and alignment_right.MATRIX: the part of |A B^T|_F^2 that lies in the span of the first r left,
/// or right, singular vectors of W_pre, r/fan_out and r/fan_in where it lies anywhere.
struct AdaptersOptions : Interval {
  static constexpr const char* kName = "adapters";
};

std::unique_ptr<Probe> make_probe(const AdaptersOptions& options);

}  // namespace steepest::probe
