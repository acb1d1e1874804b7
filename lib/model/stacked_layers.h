// stacked_layers.h: the parts of M networks of one shape, as parts of one network that computes like all of them.
#pragma once
#include <ATen/ATen.h>

#include <memory>
#include <type_traits>
#include <vector>

#include "model/hidden_linear.h"

namespace steepest::model {

/// What `part` gives for each.
template <class Network, class Part>
auto of_each(const std::vector<const Network*>& networks, const Part& part) {
  std::vector<std::decay_t<decltype(part(*networks.front()))>> parts;
  for (const Network* network : networks) parts.push_back(part(*network));
  return parts;
}

/// A copy of M tensors of one shape, [M, ...]; of those that are not trained and hold the same numbers the first one itself.
at::Tensor together(const std::vector<at::Tensor>& tensors, bool trained);

/// A layer of the kind that all of these are, which multiplies the rows of each network by its own matrix. Where nothing is trained and all are the
/// same, it is the first one itself.
std::shared_ptr<HiddenLinear> stacked_layer(const std::vector<std::shared_ptr<HiddenLinear>>& layers);

/// Rows of a table [V, C] for tokens [B, T], as [B, T, C]; or of tables [M, V, C] for [M*B, T], the tokens of one network after another.
at::Tensor look_up(const at::Tensor& table, const at::Tensor& tokens);

}  // namespace steepest::model
