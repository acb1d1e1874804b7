// numbers.h: small tensors as numbers.
#pragma once
#include <ATen/ATen.h>

#include <vector>

namespace steepest::probe {

/// Of a tensor with one entry.
inline double number(const at::Tensor& value) { return value.item<double>(); }

/// The entries of a vector.
inline std::vector<double> numbers(const at::Tensor& vector) {
  const auto host = vector.to(at::kCPU, at::kDouble).contiguous();
  return {host.data_ptr<double>(), host.data_ptr<double>() + host.numel()};
}

}  // namespace steepest::probe
