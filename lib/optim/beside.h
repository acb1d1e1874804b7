// beside.h: tensors of one shape beside each other, as one.
#pragma once
#include <ATen/ATen.h>

#include <vector>

namespace steepest::optim {

/// k tensors of one shape as [k, ...]: a view of them where they lie equally far apart in one storage, as parts of a stack do; else a copy.
at::Tensor beside_each_other(const std::vector<at::Tensor>& tensors);

/// Whether `tensor` is part i of the stack: the same numbers in the same place.
bool is_part(const at::Tensor& tensor, const at::Tensor& stack, std::int64_t i);

}  // namespace steepest::optim
