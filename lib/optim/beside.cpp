// beside.cpp: see beside.h.
#include "optim/beside.h"

#include <algorithm>

namespace steepest::optim {

at::Tensor beside_each_other(const std::vector<at::Tensor>& tensors) {
  const at::Tensor first = tensors.front().detach();
  if (tensors.size() == 1) return first.unsqueeze(0);
  const std::int64_t apart = tensors[1].storage_offset() - first.storage_offset();
  const auto in_place = [&](const at::Tensor& tensor) {
    const auto i = static_cast<std::int64_t>(&tensor - tensors.data());
    return tensor.is_alias_of(first) && tensor.storage_offset() == first.storage_offset() + i * apart && tensor.sizes() == first.sizes() &&
           tensor.strides() == first.strides() && tensor.scalar_type() == first.scalar_type();
  };
  if (apart <= 0 || !std::all_of(tensors.begin(), tensors.end(), in_place)) return at::stack(tensors);
  auto sizes = first.sizes().vec(), strides = first.strides().vec();
  sizes.insert(sizes.begin(), static_cast<std::int64_t>(tensors.size()));
  strides.insert(strides.begin(), apart);
  return first.as_strided(sizes, strides, first.storage_offset());
}

bool is_part(const at::Tensor& tensor, const at::Tensor& stack, std::int64_t i) {
  return tensor.defined() && tensor.is_alias_of(stack) && tensor.storage_offset() == stack.storage_offset() + i * stack.stride(0) &&
         tensor.sizes() == stack.sizes().slice(1) && tensor.strides() == stack.strides().slice(1) &&
         tensor.scalar_type() == stack.scalar_type();
}

}  // namespace steepest::optim
