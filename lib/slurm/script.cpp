// script.cpp: see script.h.
#include "slurm/script.h"

#include <algorithm>

#include "options/error.h"

namespace steepest::slurm {
namespace {

std::string quoted(const std::string& word) {
  if (word.find('\n') != std::string::npos) throw options::InputError("no batch script can hold a line feed, as in " + word);
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

/// Slurm reads its own patterns (%A) in file names, so a % of the path is doubled.
std::string path(const std::string& given) {
  std::string text;
  for (const char c : given) text += c == '%' ? std::string("%%") : std::string(1, c);
  return text;
}

}  // namespace

std::string ranges(const std::vector<int>& numbers) {
  std::string text;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    text += (text.empty() ? "" : ",") + std::to_string(numbers[i]);
    if (last > i) text += "-" + std::to_string(numbers[last]);
    i = last + 1;
  }
  return text;
}

int signal_seconds(double time_limit_seconds) {
  constexpr double kUsual = 180;
  return static_cast<int>(time_limit_seconds > 0 ? std::min(kUsual, time_limit_seconds / 4) : kUsual);
}

std::string text(const Script& script) {
  std::string lines = "#!/bin/bash\n";
  const auto option = [&](const std::string& word) { lines += "#SBATCH " + quoted(word) + "\n"; };
  option("--job-name=" + script.name);
  option("--array=" + ranges(script.tasks));
  option("--ntasks=1");
  option("--cpus-per-task=" + std::to_string(script.cores));
  option("--output=" + path(script.logs) + "/%A_%a.log");
  option("--open-mode=append");
  option("--requeue");
  option("--signal=B:USR1@" + std::to_string(script.signal_seconds));
  for (const auto& word : script.options) option(word);
  for (const auto& variable : script.variables) {
    const auto equals = variable.find('=');
    lines += "export " + variable.substr(0, equals + 1) + quoted(variable.substr(equals + 1)) + "\n";
  }
  lines += "exec";
  for (const auto& word : script.command) lines += " " + quoted(word);
  return lines + " --shard \"$SLURM_ARRAY_TASK_ID\"/" + std::to_string(script.shards) + "\n";
}

}  // namespace steepest::slurm
