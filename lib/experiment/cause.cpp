// cause.cpp: see cause.h.
#include "experiment/cause.h"

#include <c10/util/Exception.h>

#include <new>

namespace steepest::experiment {

std::string cause_of(const std::exception& error) {
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& inner) { return std::string(error.what()) + ": " + cause_of(inner); }
  const auto* torch_error = dynamic_cast<const c10::Error*>(&error);
  std::string text = torch_error != nullptr ? torch_error->what_without_backtrace() : error.what();
  text = text.substr(0, text.find("\nException raised from"));
  const bool memory = dynamic_cast<const std::bad_alloc*>(&error) != nullptr || text.find("allocate memory") != std::string::npos ||
                      text.find("out of memory") != std::string::npos || text.find("mmap") != std::string::npos;
  return memory ? "out of memory; fewer --jobs, a smaller training.batch or a smaller model need less (" + text + ")" : text;
}

}  // namespace steepest::experiment
