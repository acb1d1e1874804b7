// recording.h: records the operations of a step and replays them, as a CUDA graph does, on the CPU.
#pragma once
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/torch.h>

#include <functional>
#include <string>
#include <vector>

namespace steepest::testing {

/// The operations that a function calls, with what it gave them. A replay runs the same operations on the same memory: numbers and branches of the
/// host are as they were, what lies in tensors is read anew. That is what a CUDA graph keeps, too.
class Recording {
 public:
  explicit Recording(const std::function<void()>& function);

  void replay() const;
  /// By name, in order: "aten::bmm", ...
  std::vector<std::string> operations() const;

  struct Call {
    c10::OperatorHandle operation;
    std::vector<c10::IValue> inputs, outputs;
  };

 private:
  std::vector<Call> calls_;
};

}  // namespace steepest::testing
