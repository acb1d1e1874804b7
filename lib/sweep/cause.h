// cause.h: why a worker ended, in words.
#pragma once
#include <cstdint>
#include <string>

#include "sweep/exit_state.h"

namespace steepest::sweep {

/// How often the kernel has killed a process for lack of memory since the machine's start; 0 where it does not tell.
std::int64_t out_of_memory_kills();

/// "signal 9 (Killed)", with what is likely behind it. `kills_before`: out_of_memory_kills() when the worker was alive.
std::string cause_of_death(const ExitState& state, std::int64_t kills_before);

/// The lines of a worker's log, so set off that they are not taken for our own; nothing for none.
std::string quoted_lines(const std::string& lines);

}  // namespace steepest::sweep
