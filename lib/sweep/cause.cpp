// cause.cpp: see cause.h.
#include "sweep/cause.h"

#include <signal.h>

#include <fstream>

namespace steepest::sweep {

std::int64_t out_of_memory_kills() {
  std::ifstream statistics("/proc/vmstat");
  std::string name;
  for (std::int64_t value = 0; statistics >> name >> value;) {
    if (name == "oom_kill") return value;
  }
  return 0;
}

std::string cause_of_death(const ExitState& state, std::int64_t kills_before) {
  if (state.signal != SIGKILL) return state.text();
  if (out_of_memory_kills() > kills_before) return state.text() + ": the machine ran out of memory; fewer --jobs need less";
  return state.text() + ": from outside; if nobody did that, memory ran out, and fewer --jobs need less";
}

std::string quoted_lines(const std::string& lines) {
  if (lines.empty()) return "";
  std::string text = "\n  | ";
  for (const char c : lines) text += c == '\n' ? std::string("\n  | ") : std::string(1, c);
  return text;
}

}  // namespace steepest::sweep
