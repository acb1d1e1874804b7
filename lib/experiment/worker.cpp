// worker.cpp: see worker.h.
#include "experiment/worker.h"

#include <chrono>
#include <thread>
#include <vector>

#include "data/corpus.h"
#include "digest/sha256.h"
#include "experiment/archive_file.h"
#include "experiment/base_network.h"
#include "experiment/cause.h"
#include "experiment/environment.h"
#include "experiment/flow_experiment.h"
#include "experiment/resume.h"
#include "experiment/trainer.h"
#include "log/log.h"
#include "run/run.h"
#include "store/file.h"
#include "store/lease.h"
#include "store/patience.h"
#include "weights/adapter.h"

namespace steepest::experiment {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kFlushEvery = std::chrono::seconds(2);
constexpr auto kPatience = std::chrono::seconds(2);  // for a locked file, before training goes on without having written

std::string name_of(const store::ClaimedRun& claim) { return "run " + std::to_string(claim.id) + " " + claim.identity.substr(0, 12); }

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

/// One claimed run, from its checkpoint (if there is one) to its last row.
class ClaimedWork {
 public:
  ClaimedWork(const WorkerOptions& options, store::Queue queue, store::Recorder recorder, const store::ClaimedRun& claim,
              const std::atomic<bool>& stop)
      : options_(options), queue_(queue), recorder_(recorder), claim_(claim), stop_(stop),
        lease_(options.database, claim.id, options.token), checkpoint_(options.checkpoints / (claim.identity + ".pt")),
        mark_(checkpoint_mark(claim.identity, claim.observes)) {}

  void run() {
    run::AnyRun run = run::read_run(claim_.config, options::Absent::neutral);
    auto* training = std::get_if<run::TrainingRun>(&run);
    if (training && same_kind(training->device, options_.device)) training->device = options_.device;
    if (training && training->base && !take_base(*training)) return finish(Outcome::stopped, nullptr);
    auto experiment = make(run);
    resume(experiment, run);
    const auto environment = describe_environment(training ? training->device : "cpu");
    patiently(stop_, [&] { recorder_.set_environment(claim_.id, environment); });
    const Outcome outcome = experiment->run({[&](const std::string& name, std::int64_t step, double value) {
                                               rows_.push_back({name, step, value});
                                             },
                                             [&](std::int64_t step) { return proceed(*experiment, step); },
                                             [&](const std::string& matrix, std::int64_t step, const std::vector<double>& values) {
                                               for (std::size_t i = 0; i < values.size(); ++i)
                                                 spectra_.push_back({matrix, step, static_cast<int>(i), values[i]});
                                             }});
    if (lost_) {
      log::warn(name_of(claim_) + ": another worker holds it now");
      return;
    }
    patiently(stop_, [&] { store_rows(); });
    if (outcome == Outcome::stopped) save(*experiment);
    finish(outcome, experiment.get());
  }

 private:
  /// "cuda" and "cuda:1" are of one kind.
  static bool same_kind(const std::string& wanted, const std::string& given) {
    return !given.empty() && wanted.substr(0, wanted.find(':')) == given.substr(0, given.find(':'));
  }

  std::unique_ptr<Experiment> make(const run::AnyRun& run) const {
    if (const auto* flow = std::get_if<run::FlowRun>(&run)) return std::make_unique<FlowExperiment>(*flow);
    return std::make_unique<Trainer>(std::get<run::TrainingRun>(run), options_.data, start_);
  }

  /// False: told to stop before the base was trained.
  bool take_base(const run::TrainingRun& run) {
    const auto corpus = data::load_corpus(run.data, options_.data, run.training.context);
    const auto on = [&] { return !stop_ && !lease_.lost(); };
    const auto told = [&](const std::string& text) { note(text); };
    start_.base = base_network(run, corpus.tokenizer, {options_.data, options_.checkpoints, on, told, options_.checkpoint_seconds});
    return start_.base != nullptr;
  }

  void finish(Outcome outcome, const Experiment* experiment) {
    store::RunEnd end;
    end.status = outcome == Outcome::completed  ? store::RunStatus::completed
                 : outcome == Outcome::diverged ? store::RunStatus::diverged
                                                : store::RunStatus::interrupted;
    end.step = experiment ? experiment->step() : 0;
    log::info(name_of(claim_) + ": " + store::to_string(end.status) + " after " + std::to_string(end.step) + " steps");
    if (experiment) {
      const Times times = experiment->times();
      end.seconds = times.training;
      end.validation_seconds = times.validation;
      end.waiting_seconds = times.waiting;
    }
    end.parameter_hash = outcome == Outcome::completed ? experiment->parameter_hash() : "";
    if (outcome == Outcome::completed) keep_adapter(*experiment, end.parameter_hash);
    const bool held = patiently(stop_, [&] { return queue_.finish(claim_.id, options_.token, end); });
    std::error_code ignored;  // the run is done, whether or not its checkpoint can be removed
    if (!held || outcome == Outcome::stopped) return;
    std::filesystem::remove(checkpoint_, ignored);
    if (!claim_.former_identity.empty()) std::filesystem::remove(former_checkpoint(), ignored);
  }

  /// Of a completed run parameters are not kept, but for adapters, which are small and of use by themselves.
  void keep_adapter(const Experiment& experiment, const std::string& parameter_hash) const {
    const std::string text = experiment.adapter({{"format", "pt"}, {"identity", claim_.identity}, {"parameter_hash", parameter_hash}});
    if (!text.empty()) replace_file(options_.checkpoints / weights::kept_adapter(claim_.identity, parameter_hash), text);
  }

  /// Continues from the checkpoint, or from the start where there is none or it cannot be used; rows after it are written anew. A database
  /// that was deleted, or put back from a copy, lacks rows that a checkpoint counts on.
  void resume(std::unique_ptr<Experiment>& experiment, const run::AnyRun& run) {
    const auto fits = [&](std::int64_t rows) { return patiently(stop_, [&] { return rows == stored_rows(*experiment); }); };
    std::error_code ignored;
    const bool former = !claim_.former_identity.empty() && !std::filesystem::exists(checkpoint_, ignored);
    const auto unusable = former ? resume_from(former_checkpoint(), claim_.former_identity, *experiment, fits)
                                 : resume_from(checkpoint_, mark_, *experiment, fits);
    if (unusable) {
      note(*unusable + "; the run starts over");
      experiment = make(run);
    }
    lost_ = !patiently(stop_, [&] { return recorder_.rewind(claim_.id, options_.token, experiment->step()); });
  }

  /// Of an interrupted run of a file that has been upgraded since.
  std::filesystem::path former_checkpoint() const { return options_.checkpoints / (claim_.former_identity + ".pt"); }

  /// In the log, and as an event of the run.
  void note(const std::string& text) {
    log::warn(name_of(claim_) + ": " + text);
    patiently(stop_, [&] { recorder_.event(claim_.id, "checkpoint", text); });
  }

  bool proceed(const Experiment& experiment, std::int64_t step) {
    lease_.note_step(step);
    if (lost_ || lease_.lost()) lost_ = true;
    if (lost_ || stop_) return false;
    const auto now = Clock::now();
    if (now - flushed_ >= kFlushEvery) flush();
    if (now - saved_ >= std::chrono::duration<double>(options_.checkpoint_seconds)) save(experiment);
    return !lost_;
  }

  void store_rows() {
    if (!has_rows()) return;
    if (!recorder_.record(claim_.id, options_.token, rows_, spectra_)) lost_ = true;
    rows_.clear();
    spectra_.clear();
  }
  std::int64_t stored_rows(const Experiment& experiment) const { return recorder_.stored_rows(claim_.id, experiment.step()); }
  bool has_rows() const { return !rows_.empty() || !spectra_.empty(); }

  /// Rows that a locked file does not take wait for the next time; training goes on.
  void flush() {
    try {
      store_rows();
    } catch (const store::BusyError& error) { log::warn(std::string("rows wait: ") + error.what()); }
    flushed_ = Clock::now();
  }

  /// Rows first: a checkpoint never claims steps whose rows are not stored.
  void save(const Experiment& experiment) {
    flush();
    if (!lost_ && !has_rows()) experiment.save(checkpoint_, mark_, stored_rows(experiment));
    saved_ = Clock::now();
  }

  const WorkerOptions& options_;
  store::Queue queue_;
  store::Recorder recorder_;
  const store::ClaimedRun& claim_;
  const std::atomic<bool>& stop_;
  store::Lease lease_;
  std::filesystem::path checkpoint_;
  std::string mark_;
  Start start_;
  std::vector<store::MetricRow> rows_;
  std::vector<store::SpectrumRow> spectra_;
  Clock::time_point flushed_ = Clock::now(), saved_ = Clock::now();
  bool lost_ = false;
};

/// Takes runs until none is left.
void take_runs(const WorkerOptions& options, store::Queue queue, store::Recorder recorder, const std::atomic<bool>& stop) {
  remove_stale_drafts(options.checkpoints);
  while (!stop) {
    const auto claim = patiently(stop, [&] { return queue.claim(options.plan, options.token, store::kLeaseSeconds); });
    if (!claim) return;
    log::info(name_of(*claim) + ": attempt " + std::to_string(claim->attempt));
    try {
      ClaimedWork(options, queue, recorder, *claim, stop).run();
    } catch (const options::InputError&) { throw; } catch (const std::exception& error) {
      const std::string cause = cause_of(error);
      log::error(name_of(*claim) + " failed: " + cause);
      patiently(stop, [&] { queue.fail(options.token, "try_failed", cause, options.tries); });
    }
  }
}

}  // namespace

std::string checkpoint_mark(const std::string& identity, const std::string& observes) { return digest::sha256(identity + observes); }

void work(const WorkerOptions& options, const std::atomic<bool>& stop) {
  store::WritableFile file(options.database, store::Access::read_write);
  const store::Patience patience(file.reader(), kPatience);
  try {
    take_runs(options, file.queue(), file.recorder(), stop);
  } catch (const options::InputError& error) {
    try {
      file.queue().complain(options.token, error.what());
    } catch (const options::InputError&) {
      // The file takes nothing any more: the supervisor shows what is logged, and a lease that nobody renews runs out.
    }
    throw;
  }
}

}  // namespace steepest::experiment
