// claimed_work.h: one claimed run, from its checkpoint (if there is one) to its last row.
#pragma once
#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "experiment/trainer.h"
#include "experiment/worker.h"
#include "log/log.h"
#include "store/lease.h"
#include "store/patience.h"
#include "store/queue.h"
#include "store/recorder.h"

namespace steepest::experiment {

/// As the log speaks of it.
std::string name_of(const store::ClaimedRun& claim);

/// Calls `body` until the file is not locked by another program, or `stop` becomes true: then BusyError passes.
template <class Body>
auto patiently(const std::atomic<bool>& stop, Body&& body) {
  for (bool said = false;; said = true) {
    try {
      return body();
    } catch (const store::BusyError& error) {
      if (stop) throw;
      if (!said) log::warn(std::string("waiting: ") + error.what());
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  }
}

/// What a worker has at hand for every run that it takes.
struct Desk {
  const WorkerOptions& options;
  store::Queue queue;
  store::Recorder recorder;
  const std::atomic<bool>& stop;
};

/// The claim, the lease and the desk must outlive it.
class ClaimedWork {
 public:
  /// `start`: its base, where that is known already.
  ClaimedWork(const Desk& desk, const store::ClaimedRun& claim, store::Lease& lease, Start start = {});

  /// From where it is to where it ends.
  void run();

  /// The same in parts, for runs that are trained as one. Makes the run, to where its checkpoint has it. False: it was given back, since the worker was
  /// told to stop before its base was trained.
  bool begin();
  /// From now on it is trained as one with others, so many with itself; they are told to stop together, not by its hooks.
  void join(std::int64_t runs);
  Hooks hooks();
  /// Stores what is left of its rows, and how it ended; a run that was stopped writes its checkpoint.
  void conclude(Outcome outcome);

  Experiment& experiment() { return *experiment_; }
  const Start& start() const { return start_; }

 private:
  std::unique_ptr<Experiment> make(const run::AnyRun& run) const;
  bool take_base(const run::TrainingRun& run);
  void finish(Outcome outcome);
  void keep_adapter(const std::string& parameter_hash) const;
  void resume(const run::AnyRun& run);
  std::filesystem::path former_checkpoint() const;
  void note(const std::string& text);
  bool proceed(std::int64_t step);
  void store_rows();
  std::int64_t stored_rows() const { return desk_.recorder.stored_rows(claim_.id, experiment_->step()); }
  bool has_rows() const { return !rows_.empty() || !spectra_.empty(); }
  void flush();
  void save();

  using Clock = std::chrono::steady_clock;
  Desk desk_;
  const store::ClaimedRun& claim_;
  store::Lease& lease_;
  std::filesystem::path checkpoint_;
  std::string mark_;
  Start start_;
  std::unique_ptr<Experiment> experiment_;
  std::vector<store::MetricRow> rows_;
  std::vector<store::SpectrumRow> spectra_;
  Clock::time_point flushed_ = Clock::now(), saved_ = Clock::now();
  bool lost_ = false, stacked_ = false;
};

}  // namespace steepest::experiment
