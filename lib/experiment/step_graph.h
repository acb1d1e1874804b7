// step_graph.h: what a device does for a step, recorded once and replayed.
#pragma once
#include <ATen/ATen.h>

#include <functional>
#include <memory>

namespace steepest::experiment {

/// On a GPU the work of a step that is always the same, on the same memory, is recorded as a CUDA graph, since to launch its many small kernels one by
/// one takes longer than they do. Elsewhere, and where this was built without the CUDA toolkit, every step is an ordinary one.
class StepGraph {
 public:
  /// Of the CPU, nothing is recorded.
  explicit StepGraph(at::Device device);
  ~StepGraph();

  /// Does the step: the first times by calling it, then by what was recorded of it. It must read and write the same tensors every time, and the host
  /// must not wait for the device in it.
  void run(const std::function<void()>& step);

 private:
  struct Recorded;
  std::unique_ptr<Recorded> recorded_;
};

}  // namespace steepest::experiment
