// device_memory.h: how much of a device's memory there is, and how much was in use.
#pragma once
#include <ATen/ATen.h>

#include <cstdint>
#include <optional>

namespace steepest::experiment {

/// Bytes.
struct DeviceMemory {
  double all = 0;   ///< that this process can have: what is free, and what it has already
  double peak = 0;  ///< the most that its tensors have taken since `begin_peak`
};

/// Of a GPU; empty for the CPU, and where this was built without the CUDA toolkit.
std::optional<DeviceMemory> device_memory(at::Device device);

/// From now on `peak` counts anew.
void begin_peak(at::Device device);

/// Gives what no tensor uses any more back to the device.
void release_device_memory();

}  // namespace steepest::experiment
