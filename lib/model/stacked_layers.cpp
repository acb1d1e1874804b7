// stacked_layers.cpp: see stacked_layers.h.
#include "model/stacked_layers.h"

#include <algorithm>
#include <optional>

namespace steepest::model {

at::Tensor together(const std::vector<at::Tensor>& tensors, bool trained) {
  const at::NoGradGuard no_grad;
  const auto same = [&](const at::Tensor& tensor) { return tensor.is_same(tensors.front()) || at::equal(tensor, tensors.front()); };
  if (!trained && std::all_of(tensors.begin(), tensors.end(), same)) return tensors.front();
  return at::stack(tensors);
}

std::shared_ptr<HiddenLinear> stacked_layer(const std::vector<std::shared_ptr<HiddenLinear>>& layers) {
  std::vector<at::Tensor> matrices, A, B, frozen;
  double lora_scale = 1;
  for (const auto& layer : layers) {
    const TrainedPart part = layer->trained();
    if (const auto* weight = std::get_if<at::Tensor>(&part)) matrices.push_back(*weight);
    if (const auto* factors = std::get_if<Factors>(&part)) {
      A.push_back(factors->A);
      B.push_back(factors->B);
      lora_scale = factors->lora_scale;
    }
    if (const at::Tensor kept = layer->frozen_part(); kept.defined()) frozen.push_back(kept);
  }
  if (!matrices.empty()) return std::make_shared<DenseLinear>(together(matrices, true));
  if (!A.empty()) {
    return std::make_shared<LowRankLinear>(together(A, true), together(B, true), lora_scale,
                                           frozen.empty() ? std::nullopt : std::optional(together(frozen, false)));
  }
  const at::Tensor weight = together(frozen, false);
  return weight.dim() == 2 ? layers.front() : std::make_shared<FrozenLinear>(weight);
}

at::Tensor look_up(const at::Tensor& table, const at::Tensor& tokens) {
  if (table.dim() == 2) return at::embedding(table, tokens);
  const std::int64_t networks = table.size(0), vocabulary = table.size(1);
  // Each network's rows lie behind those of the networks before it.
  const at::Tensor first = at::arange(networks, tokens.options().dtype(at::kLong)).mul_(vocabulary).view({networks, 1, 1});
  const at::Tensor rows = (tokens.view({networks, -1, tokens.size(-1)}) + first).view(tokens.sizes());
  return at::embedding(table.flatten(0, 1), rows);
}

}  // namespace steepest::model
