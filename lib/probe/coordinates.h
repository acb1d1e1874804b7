// coordinates.h: how large what a network computes, its updates and its factors are: what a coordinate check compares across sizes. No
// LibTorch.
#pragma once
#include <memory>

#include "probe/interval.h"

namespace steepest::probe {

class Probe;

/// Sizes, each the root mean square over all entries unless it says otherwise:
/// activation_rms.PLACE of what the network computes of the first validation windows (`training.batch` of them, in LibTorch's operations):
/// of each layer's attention and MLP (layerN_attention, layerN_mlp), of the residual stream behind it (layerN_stream), and of the logits;
/// update_rms.MATRIX of W+ - W for the step W -> W+ before the look, and update_operator_norm.MATRIX: |W+ - W|_2 sqrt(fan_in/fan_out), by
/// which the step changes the root mean square of an output at most, for an input of root mean square 1; neither at the start;
/// factor_rms_A.MATRIX and factor_rms_B.MATRIX of every W = W_pre + s A B^T. Source: Yang et al. 2022, arXiv 2203.03466, appendix D.1 (the
/// check); Yang, Simon and Bernstein 2023, arXiv 2310.17813 (the operator norm).
struct CoordinatesOptions : Interval {
  static constexpr const char* kName = "coordinates";
};

std::unique_ptr<Probe> make_probe(const CoordinatesOptions& options);

}  // namespace steepest::probe
