// times.h: where the time of a run goes.
#pragma once
#include <chrono>
#include <vector>

namespace steepest::experiment {

/// Over all attempts at a run. Unit: seconds.
struct Times {
  double training = 0;    ///< its steps; of a flow also what it observes
  double validation = 0;  ///< and what probes take
  double waiting = 0;     ///< for rows and checkpoints to be written, and for others who hold the database locked

  /// As a checkpoint keeps them.
  std::vector<double> values() const { return {training, validation, waiting}; }
  static Times of(const std::vector<double>& values) { return {values.at(0), values.at(1), values.at(2)}; }
};

/// Calls `body` and adds the seconds that it takes to `sum`.
template <class Body>
auto timed(double& sum, Body&& body) {
  struct Adds {
    double& sum;
    std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
    ~Adds() { sum += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); }
  } adds{sum};
  return body();
}

}  // namespace steepest::experiment
