// environment.h: what a run was made with, as JSON: for the database and for `steepest doctor`.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace steepest::experiment {

/// CPU model, cores, memory, device, versions of LibTorch and compiler, BLAS, CPU capability, instructions of the fused kernels and whether they multiply bfloat16, threads, commit, whether the tree
/// was dirty. Never a host, a user or a path.
nlohmann::json describe_environment(const std::string& device);

/// The devices that this machine and this build of LibTorch offer: "cpu", "cuda:0", …
std::vector<std::string> available_devices();

/// Whether this build of LibTorch serves CUDA, be there a device or not.
bool built_for_cuda();

}  // namespace steepest::experiment
