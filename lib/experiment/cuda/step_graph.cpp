// step_graph.cpp: with the CUDA toolkit.
#include "experiment/step_graph.h"

#include <c10/core/Event.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "experiment/cuda/cuda_version.h"

namespace steepest::experiment {
namespace {

constexpr int kOrdinarySteps = 3;  // by then state is there, and libraries have what they allocate when they are first called

/// `stream` waits for what was asked of `other` so far.
void wait_for(const c10::cuda::CUDAStream& stream, const c10::cuda::CUDAStream& other) {
  c10::Event event(c10::DeviceType::CUDA);
  event.record(other.unwrap());
  event.block(stream.unwrap());
}

}  // namespace

struct StepGraph::Recorded {
  explicit Recorded(at::Device on) : device(on), stream(c10::cuda::getStreamFromPool(/*isHighPriority=*/false, on.index())) {}

  at::Device device;
  c10::cuda::CUDAStream stream;  // nothing can be recorded of the default one
  at::cuda::CUDAGraph graph;
  int ordinary = 0;
  bool captured = false;
};

StepGraph::StepGraph(at::Device device) {
  if (!device.is_cuda()) return;
  const c10::cuda::CUDAGuard on(device);
  recorded_ = std::make_unique<Recorded>(at::Device(at::kCUDA, c10::cuda::current_device()));
}

StepGraph::~StepGraph() = default;

void StepGraph::run(const std::function<void()>& step) {
  if (!recorded_) return step();
  auto& own = *recorded_;
  const c10::cuda::CUDAGuard on(own.device);
  const auto before = c10::cuda::getCurrentCUDAStream();
  wait_for(own.stream, before);
  {
    const c10::cuda::CUDAStreamGuard guard(own.stream);
    if (own.ordinary < kOrdinarySteps) {
      step();
      ++own.ordinary;
    } else {
      if (!own.captured) {
        cuda::begin_capture(own.graph);
        try {
          step();
        } catch (...) {
          try {
            own.graph.capture_end();
          } catch (const std::exception&) {
            // What ended the recording is the cause that counts.
          }
          throw;
        }
        own.graph.capture_end();
        own.captured = true;
      }
      own.graph.replay();
    }
  }
  wait_for(before, own.stream);
}

}  // namespace steepest::experiment
