// cause.h: what went wrong, in words for a reader.
#pragma once
#include <exception>
#include <string>

namespace steepest::experiment {

/// The exception's message and those nested in it; LibTorch's without its stack of C++ frames, and a lack of memory with what helps.
std::string cause_of(const std::exception& error);

}  // namespace steepest::experiment
