// numbers.h: what probes read of a network, in float64, and small tensors as numbers.
#pragma once
#include <ATen/ATen.h>

#include <vector>

#include "model/model.h"

namespace steepest::probe {

/// The weight [fan_out, fan_in], multiplied out in float64: what a product in float32 rounds away is of the size of a small step.
inline at::Tensor weight(const model::HiddenLinear& layer) {
  const auto trained = layer.trained();
  const auto* factors = std::get_if<model::Factors>(&trained);
  if (factors == nullptr) return layer.product().to(at::kDouble, /*non_blocking=*/false, /*copy=*/true);
  const at::Tensor low = factors->lora_scale * factors->A.to(at::kDouble).mm(factors->B.to(at::kDouble).t()), frozen = layer.frozen_part();
  return frozen.defined() ? frozen.to(at::kDouble) + low : low;
}

/// Calls body(hidden, factors) for each low-rank matrix of a network, in the order in which the network computes.
template <class Body>
void each_low_rank(const model::Model& network, const Body& body) {
  for (const auto& hidden : network.hidden()) {
    const auto trained = hidden.layer->trained();
    if (const auto* factors = std::get_if<model::Factors>(&trained)) body(hidden, *factors);
  }
}

/// Of a tensor with one entry.
inline double number(const at::Tensor& value) { return value.item<double>(); }

/// The entries of a vector.
inline std::vector<double> numbers(const at::Tensor& vector) {
  const auto host = vector.to(at::kCPU, at::kDouble).contiguous();
  return {host.data_ptr<double>(), host.data_ptr<double>() + host.numel()};
}

}  // namespace steepest::probe
