// experiment.h: what a worker knows of a run, whatever it computes.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "experiment/times.h"
#include "run/run.h"

namespace steepest::experiment {

/// Where a run's numbers go, and what may end it early.
struct Hooks {
  /// A metric's value after `step` steps. Names: docs/database.md.
  std::function<void(const std::string& name, std::int64_t step, double value)> metric;
  /// Called after every step, with the number of steps done. False: stop here, the run can be resumed.
  std::function<bool(std::int64_t step)> proceed;
  /// Singular values of a matrix after `step` steps, falling. May be empty.
  std::function<void(const std::string& matrix, std::int64_t step, const std::vector<double>& values)> spectrum = {};
};

enum class Outcome { completed, diverged, stopped };

/// One run from its first step to its last metric, resumable after every step. Same options, build and machine: same bits, however
/// often it was stopped and resumed.
class Experiment {
 public:
  virtual ~Experiment() = default;
  /// To the end. `diverged` as soon as the loss is not finite.
  virtual Outcome run(const Hooks& hooks) = 0;
  virtual std::int64_t step() const = 0;
  virtual Times times() const = 0;
  /// SHA-256 over the bytes of every parameter, in order.
  virtual std::string parameter_hash() const = 0;
  /// What was trained of a checkpoint, as the file of a PEFT adapter with such metadata. Empty: this is no such run.
  virtual std::string adapter(const std::map<std::string, std::string>&) const { return {}; }
  /// Everything that the next step depends on. `save` replaces the file in one move. `rows` goes along: how many rows were stored by then,
  /// so that a database without them is noticed; `load` returns it. `load` throws UnusableFile for another run's file; after any exception
  /// the experiment may be half-loaded.
  virtual void save(const std::filesystem::path& file, const std::string& identity, std::int64_t rows = 0) const = 0;
  virtual std::int64_t load(const std::filesystem::path& file, const std::string& identity) = 0;
};

}  // namespace steepest::experiment
