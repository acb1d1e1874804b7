// cause.h: what went wrong, in words for a reader.
#pragma once
#include <exception>
#include <string>

namespace steepest::experiment {

/// Whether the system, or a device, had not the memory that was asked for.
bool is_lack_of_memory(const std::exception& error);

/// The exception's message and those nested in it; LibTorch's without its stack of C++ frames, and a lack of memory with what helps.
std::string cause_of(const std::exception& error);

}  // namespace steepest::experiment
