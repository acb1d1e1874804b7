// device_memory.cpp: without the CUDA toolkit; cuda/device_memory.cpp stands in its place with it.
#include "experiment/device_memory.h"

namespace steepest::experiment {

std::optional<DeviceMemory> device_memory(at::Device) { return std::nullopt; }

void begin_peak(at::Device) {}

void release_device_memory() {}

}  // namespace steepest::experiment
