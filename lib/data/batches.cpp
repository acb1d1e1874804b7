// batches.cpp: see batches.h.
#include "data/batches.h"

#include <algorithm>

#include "random/streams.h"

namespace steepest::data {
namespace {

at::Tensor tokens_between(const Corpus& corpus, std::size_t begin, std::size_t end) {
  at::Tensor tokens = at::empty({static_cast<std::int64_t>(end - begin)}, at::kInt);
  std::copy(corpus.tokens.begin() + static_cast<std::ptrdiff_t>(begin), corpus.tokens.begin() + static_cast<std::ptrdiff_t>(end),
            tokens.data_ptr<std::int32_t>());
  return tokens;
}

}  // namespace

Batches::Batches(const Corpus& corpus, std::uint64_t seed, std::int64_t batch, std::int64_t context, at::Device device)
    : training_(tokens_between(corpus, 0, corpus.validation_start)), seed_(seed), batch_(batch), context_(context), device_(device) {
  const at::Tensor text = tokens_between(corpus, corpus.validation_start, corpus.tokens.size()).to(device);
  const std::int64_t predicted = text.numel() - 1, windows = predicted / context;
  for (std::int64_t first = 0; first < windows; first += batch) {
    const std::int64_t count = std::min(batch, windows - first);
    const auto cut = [&](std::int64_t shift) { return text.narrow(0, first * context + shift, count * context).view({count, context}); };
    validation_.push_back({cut(0), cut(1)});
  }
  if (const std::int64_t rest = predicted - windows * context; rest > 0) {
    const auto cut = [&](std::int64_t shift) { return text.narrow(0, windows * context + shift, rest).view({1, rest}); };
    validation_.push_back({cut(0), cut(1)});
  }
}

Batch Batches::training(std::int64_t step) const {
  random::Stream stream(random::stream_seed(seed_, "data", static_cast<std::uint64_t>(step)));
  at::Tensor windows = at::empty({batch_, context_ + 1}, at::kInt);
  const auto starts = static_cast<std::uint64_t>(training_.numel() - context_);
  const std::int32_t* text = training_.data_ptr<std::int32_t>();
  for (std::int64_t b = 0; b < batch_; ++b) {
    const std::int32_t* start = text + stream.below(starts);
    std::copy(start, start + context_ + 1, windows.data_ptr<std::int32_t>() + b * (context_ + 1));
  }
  windows = windows.to(device_);
  return {windows.narrow(1, 0, context_), windows.narrow(1, 1, context_)};
}

}  // namespace steepest::data
