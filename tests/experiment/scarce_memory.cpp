// scarce_memory.cpp: see scarce_memory.h. Replaces the program's operator new.
#include "scarce_memory.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> smallest_refused{0}, largest_refused{0};
std::atomic<int> to_refuse{0};

}  // namespace

namespace steepest::experiment {

void refuse_memory(std::size_t low, std::size_t high, int times) {
  smallest_refused = low;
  largest_refused = high;
  to_refuse = times;
}

int refusals_left() { return to_refuse; }

}  // namespace steepest::experiment

void* operator new(std::size_t size) {
  if (to_refuse > 0 && size >= smallest_refused && size <= largest_refused) {
    --to_refuse;
    throw std::bad_alloc();
  }
  if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
  throw std::bad_alloc();
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
