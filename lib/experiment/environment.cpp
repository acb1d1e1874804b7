// environment.cpp: see environment.h.
#include "experiment/environment.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/cuda.h>
#include <torch/version.h>
#include <unistd.h>

#include <cmath>
#include <fstream>
#include <regex>

#include "experiment/source_version.h"
#include "kernel/bfloat_products.h"

namespace steepest::experiment {
namespace {

std::string cpu_model() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  return "unknown";
}

/// The value of KEY=value in LibTorch's build configuration.
std::string build_setting(const std::string& key) {
  const std::string configuration = at::show_config();
  std::smatch match;
  return std::regex_search(configuration, match, std::regex(key + "=([^,\\n]+)")) ? match[1].str() : "unknown";
}

std::string cpu_capability() {
  const std::string configuration = at::show_config();
  std::smatch match;
  return std::regex_search(configuration, match, std::regex("CPU capability usage: (\\S+)")) ? match[1].str() : "unknown";
}

}  // namespace

std::vector<std::string> available_devices() {
  std::vector<std::string> devices = {"cpu"};
  const auto count = torch::cuda::is_available() ? torch::cuda::device_count() : 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) devices.push_back("cuda:" + std::to_string(i));
  return devices;
}

bool built_for_cuda() {
  const std::string setting = build_setting("USE_CUDA");
  return setting == "1" || setting == "ON";
}

nlohmann::json describe_environment(const std::string& device) {
  const double pages = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGE_SIZE));
  return {{"cpu_model", cpu_model()},
          {"cores", sysconf(_SC_NPROCESSORS_ONLN)},
          {"memory_gib", std::round(pages / (1 << 30) * 10) / 10},
          {"device", device},
          {"libtorch", TORCH_VERSION},
          {"blas", build_setting("BLAS_INFO")},
          {"cpu_capability", cpu_capability()},
          {"kernels", kernel::instruction_sets().front()},
          {"bfloat16_products", kernel::bfloat_products().native},
          {"threads", at::get_num_threads()},
          {"compiler", STEEPEST_COMPILER},
          {"version", STEEPEST_VERSION},
          {"commit", kCommit},
          {"dirty", kDirty}};
}

}  // namespace steepest::experiment
