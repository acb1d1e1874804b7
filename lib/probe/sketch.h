// sketch.h: all hidden matrices together in a few numbers, from which the distance of two runs' weights can be told. No LibTorch.
#pragma once
#include <memory>

#include "probe/interval.h"

namespace steepest::probe {

class Probe;

/// Metrics sketch.K, K < kSketchSize: the sum over the hidden matrices W of u^T W v, with standard normal vectors u, v of their own for each K and
/// matrix, the same in every run. Of two runs the mean over K of the squared difference estimates the sum of |W - W'|_F^2 over the matrices
/// (Johnson and Lindenstrauss), to a relative standard deviation between sqrt(2/kSketchSize) and, of a single difference of rank 1,
/// sqrt(8/kSketchSize). sketch.norm is the root of the sum of |W|_F^2 itself.
struct SketchOptions : Interval {
  static constexpr const char* kName = "sketch";
};
inline constexpr int kSketchSize = 64;

std::unique_ptr<Probe> make_probe(const SketchOptions& options);

}  // namespace steepest::probe
