// cause.cpp: see cause.h.
#include "experiment/cause.h"

#include <c10/util/Exception.h>

#include <new>

namespace steepest::experiment {

namespace {

/// LibTorch's without its stack of C++ frames.
std::string text_of(const std::exception& error) {
  const auto* torch_error = dynamic_cast<const c10::Error*>(&error);
  const std::string text = torch_error != nullptr ? torch_error->what_without_backtrace() : error.what();
  return text.substr(0, text.find("\nException raised from"));
}

}  // namespace

bool is_lack_of_memory(const std::exception& error) {
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& inner) { return is_lack_of_memory(inner); }
  const std::string text = text_of(error);
  return dynamic_cast<const std::bad_alloc*>(&error) != nullptr || text.find("allocate memory") != std::string::npos ||
         text.find("out of memory") != std::string::npos || text.find("mmap") != std::string::npos;
}

std::string cause_of(const std::exception& error) {
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& inner) { return std::string(error.what()) + ": " + cause_of(inner); }
  const std::string text = text_of(error);
  return is_lack_of_memory(error) ? "out of memory; fewer --jobs, a smaller training.batch or a smaller model need less (" + text + ")"
                                  : text;
}

}  // namespace steepest::experiment
