// batches.h: a corpus as batches of token windows. Axes: B sequences, T tokens.
#pragma once
#include <ATen/ATen.h>

#include <cstdint>
#include <vector>

#include "data/corpus.h"

namespace steepest::data {

/// Windows of T tokens and, one further on, the tokens to predict. Both int32 [B, T].
struct Batch {
  at::Tensor input, target;
};

/// The windows of one run. What step t sees depends on (seed, t) alone, so a resumed run needs no generator state.
class Batches {
 public:
  Batches(const Corpus& corpus, std::uint64_t seed, std::int64_t batch, std::int64_t context, at::Device device);
  /// B windows of the training part at uniformly random starts.
  Batch training(std::int64_t step) const;
  /// Every token of the validation part but its first, predicted exactly once, in consecutive windows of T; the last
  /// window is shorter.
  const std::vector<Batch>& validation() const { return validation_; }

 private:
  at::Tensor training_;  // int32 [N]
  std::vector<Batch> validation_;
  std::uint64_t seed_;
  std::int64_t batch_, context_;
  at::Device device_;
};

}  // namespace steepest::data
