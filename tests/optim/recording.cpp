// recording.cpp: records the operations of a step and replays them, as a CUDA graph does, on the CPU.
#include "optim/recording.h"

#include <torch/library.h>

#include <algorithm>

namespace steepest::testing {
namespace {

constexpr auto kKey = c10::DispatchKey::TESTING_ONLY_GenericMode;

std::vector<Recording::Call>*& recorded() {
  static thread_local std::vector<Recording::Call>* calls = nullptr;
  return calls;
}

/// Stands before every operation while the key is in.
void record(const c10::OperatorHandle& operation, torch::jit::Stack* stack) {
  const c10::impl::ExcludeDispatchKeyGuard out(kKey);
  const auto& schema = operation.schema();
  const auto count = static_cast<std::ptrdiff_t>(schema.arguments().size());
  Recording::Call call{operation, {stack->end() - count, stack->end()}, {}};
  operation.callBoxed(stack);
  call.outputs.assign(stack->end() - static_cast<std::ptrdiff_t>(schema.returns().size()), stack->end());
  recorded()->push_back(std::move(call));
}

std::vector<at::Tensor> tensors_in(const std::vector<c10::IValue>& values) {
  std::vector<at::Tensor> tensors;
  for (const auto& value : values) {
    if (value.isTensor() && value.toTensor().defined()) tensors.push_back(value.toTensor());
    if (value.isTensorList()) {
      for (const at::Tensor& tensor : value.toTensorVector()) tensors.push_back(tensor);
    }
  }
  return tensors;
}

}  // namespace

TORCH_LIBRARY_IMPL(_, TESTING_ONLY_GenericMode, library) { library.fallback(torch::CppFunction::makeFromBoxedFunction<&record>()); }

Recording::Recording(const std::function<void()>& function) {
  recorded() = &calls_;
  {
    const c10::impl::IncludeDispatchKeyGuard in(kKey);
    function();
  }
  recorded() = nullptr;
}

void Recording::replay() const {
  at::NoGradGuard no_grad;
  for (const auto& call : calls_) {
    torch::jit::Stack stack(call.inputs.begin(), call.inputs.end());
    call.operation.callBoxed(&stack);
    const auto inputs = tensors_in(call.inputs), before = tensors_in(call.outputs), now = tensors_in(stack);
    for (std::size_t i = 0; i < before.size(); ++i) {
      const auto shares = [&](const at::Tensor& input) { return input.is_alias_of(before[i]); };
      if (!std::any_of(inputs.begin(), inputs.end(), shares)) before[i].copy_(now[i]);
    }
  }
}

std::vector<std::string> Recording::operations() const {
  std::vector<std::string> names;
  for (const auto& call : calls_) names.push_back(call.operation.schema().name());
  return names;
}

}  // namespace steepest::testing
