// exit_state.cpp: see exit_state.h.
#include "sweep/exit_state.h"

#include <cstring>

namespace steepest::sweep {

std::string ExitState::text() const {
  if (signal != 0) return "signal " + std::to_string(signal) + " (" + strsignal(signal) + ")";
  return "exit status " + std::to_string(status);
}

}  // namespace steepest::sweep
