// device_memory.cpp: with the CUDA toolkit.
#include "experiment/device_memory.h"

#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAGuard.h>
#include <cuda_runtime_api.h>
#include <torch/cuda.h>

#include "experiment/cuda/cuda_version.h"

namespace steepest::experiment {
namespace {

at::Device numbered(at::Device device) { return device.has_index() ? device : at::Device(at::kCUDA, c10::cuda::current_device()); }

}  // namespace

std::optional<DeviceMemory> device_memory(at::Device device) {
  if (!device.is_cuda()) return std::nullopt;
  const at::Device own = numbered(device);
  const c10::cuda::CUDAGuard on(own);
  at::empty({1}, at::TensorOptions(own));  // wakes the allocator
  std::size_t free = 0, total = 0;
  C10_CUDA_CHECK(cudaMemGetInfo(&free, &total));
  const auto bytes = cuda::allocated_bytes(own);
  return DeviceMemory{static_cast<double>(free) + bytes.reserved, bytes.peak};
}

void begin_peak(at::Device device) {
  if (device.is_cuda()) c10::cuda::CUDACachingAllocator::resetPeakStats(numbered(device).index());
}

void release_device_memory() {
  if (torch::cuda::is_available()) c10::cuda::CUDACachingAllocator::emptyCache();
}

}  // namespace steepest::experiment
