// probe.h: what only LibTorch knows, asked of the worker.
#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>

namespace steepest::sweep {

/// The answer of `steepest-worker --probe`: an object with "libtorch", "devices", "cpu_capability", "blas", "compiler" and
/// others. Throws InputError with what the worker said if it does not answer.
nlohmann::json probe_worker(const std::filesystem::path& worker);

}  // namespace steepest::sweep
