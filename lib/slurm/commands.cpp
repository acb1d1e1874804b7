// commands.cpp: see commands.h.
#include "slurm/commands.h"

#include <stdexcept>

#include "options/error.h"
#include "sweep/child_process.h"

namespace steepest::slurm {
namespace {

using options::InputError;

constexpr int kNotFound = 127;  // of env(1)

sweep::Answer answer_of(const std::string& program, const std::vector<std::string>& arguments) {
  std::vector<std::string> words{program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  try {
    return sweep::ask_program("/usr/bin/env", words);
  } catch (const std::runtime_error& error) { throw InputError(program + ": " + error.what()); }
}

}  // namespace

std::string ask(const std::string& program, const std::vector<std::string>& arguments) {
  const auto answer = answer_of(program, arguments);
  if (answer.timed_out) throw InputError("Slurm's " + program + " does not answer within a minute");
  if (answer.state.clean()) return answer.output;
  if (answer.state.status == kNotFound)
    throw InputError(
        {"--engine", "there is no " + program + " on PATH", "a machine that submits to Slurm; elsewhere --engine local", "", "", 0});
  std::string said = answer.errors.empty() ? answer.output : answer.errors;
  while (!said.empty() && said.back() == '\n') said.pop_back();
  throw InputError("Slurm's " + program + " refuses (" + answer.state.text() + "): " + said);
}

void require_sbatch() { ask("sbatch", {"--version"}); }

}  // namespace steepest::slurm
