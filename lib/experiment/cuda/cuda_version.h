// cuda_version.h: everything that differs in CUDA's part between the versions of LibTorch that the project builds with.
#pragma once
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>

#include "matrix/torch_version.h"

namespace steepest::experiment::cuda {

/// What other threads of the process ask of the device meanwhile does not end the recording. LibTorch before 2.1 has no such choice.
inline void begin_capture(at::cuda::CUDAGraph& graph) {
#if STEEPEST_TORCH_AT_LEAST(2, 1)
  graph.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
#else
  graph.capture_begin();
#endif
}

struct AllocatedBytes {
  double now = 0, peak = 0, reserved = 0;
};

/// The first of each list of statistics is the sum over all pools.
inline AllocatedBytes allocated_bytes(at::Device device) {
  const auto all = c10::cuda::CUDACachingAllocator::getDeviceStats(device.index());
  const auto& allocated = all.allocated_bytes[0];
  return {static_cast<double>(allocated.current), static_cast<double>(allocated.peak), static_cast<double>(all.reserved_bytes[0].current)};
}

}  // namespace steepest::experiment::cuda
