// scarce_memory.h: memory that is refused at one chosen moment.
#pragma once
#include <cstddef>

namespace steepest::experiment {

/// The next `times` allocations by `new` of `low` up to `high` bytes throw std::bad_alloc.
void refuse_memory(std::size_t low, std::size_t high, int times);

/// How many such refusals are still to come.
int refusals_left();

}  // namespace steepest::experiment
