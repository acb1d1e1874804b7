// worker.cpp: see worker.h.
#include "experiment/worker.h"

#include <c10/util/Exception.h>

#include <chrono>
#include <vector>

#include "config/run_schema.h"
#include "data/corpus.h"
#include "experiment/base_network.h"
#include "experiment/environment.h"
#include "experiment/flow_experiment.h"
#include "experiment/lease.h"
#include "experiment/trainer.h"
#include "log/log.h"
#include "store/database.h"

namespace steepest::experiment {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kFlushEvery = std::chrono::seconds(2);
constexpr auto kCheckpointEvery = std::chrono::seconds(20);

std::string name_of(const store::ClaimedRun& claim) { return "run " + std::to_string(claim.id) + " " + claim.identity.substr(0, 12); }

/// One claimed run, from its checkpoint (if there is one) to its last row.
class ClaimedWork {
 public:
  ClaimedWork(const WorkerOptions& options, store::Database& database, const store::ClaimedRun& claim, const std::atomic<bool>& stop)
      : options_(options), database_(database), claim_(claim), stop_(stop), lease_(options.database, claim.id, options.token),
        checkpoint_(options.checkpoints / (claim.identity + ".pt")) {}

  void run() {
    const AnyRun run = config::read_run(claim_.config);
    const auto* training = std::get_if<TrainingRun>(&run);
    if (training && training->base && !take_base(*training)) return finish(Outcome::stopped, nullptr);
    auto experiment = make(run);
    resume(experiment, run);
    database_.set_environment(claim_.id, describe_environment(training ? training->device : "cpu"));
    const Outcome outcome = experiment->run(
        {[&](const std::string& name, std::int64_t step, double value) { rows_.push_back({name, step, value}); },
         [&](std::int64_t step) { return proceed(*experiment, step); },
         [&](const std::string& matrix, std::int64_t step, const std::vector<double>& values) {
           for (std::size_t i = 0; i < values.size(); ++i) spectra_.push_back({matrix, step, static_cast<int>(i), values[i]});
         }});
    if (outcome == Outcome::stopped) {
      if (lost_) {
        log::warn(name_of(claim_) + ": another worker holds it now");
        return;
      }
      save(*experiment);
    } else {
      flush();
    }
    finish(outcome, experiment.get());
  }

 private:
  std::unique_ptr<Experiment> make(const AnyRun& run) const {
    if (const auto* flow = std::get_if<FlowRun>(&run)) return std::make_unique<FlowExperiment>(*flow);
    return std::make_unique<Trainer>(std::get<TrainingRun>(run), options_.data, start_);
  }

  /// False: told to stop before the base was trained.
  bool take_base(const TrainingRun& run) {
    const auto corpus = data::load_corpus(run.data, options_.data, run.training.context);
    const auto on = [&] { return !stop_ && !lease_.lost(); };
    start_.base = base_network(run, corpus.vocabulary, options_.data, options_.checkpoints, on);
    return start_.base != nullptr;
  }

  void finish(Outcome outcome, const Experiment* experiment) {
    store::RunEnd end;
    end.status = outcome == Outcome::completed  ? store::RunStatus::completed
                 : outcome == Outcome::diverged ? store::RunStatus::diverged
                                                : store::RunStatus::interrupted;
    end.step = experiment ? experiment->step() : 0;
    log::info(name_of(claim_) + ": " + store::to_string(end.status) + " after " + std::to_string(end.step) + " steps");
    end.seconds = experiment ? experiment->seconds() : 0;
    end.parameter_hash = outcome == Outcome::completed ? experiment->parameter_hash() : "";
    if (database_.finish(claim_.id, options_.token, end) && outcome != Outcome::stopped) std::filesystem::remove(checkpoint_);
  }

  /// Continues from the checkpoint, or from the start where there is none or it cannot be read; rows after it are written anew.
  void resume(std::unique_ptr<Experiment>& experiment, const AnyRun& run) {
    if (std::filesystem::exists(checkpoint_)) {
      try {
        experiment->load(checkpoint_, claim_.identity);
      } catch (const c10::Error& error) {
        database_.event(claim_.id, "checkpoint", "unreadable, the run starts over");
        std::filesystem::remove(checkpoint_);
        experiment = make(run);
      }
    }
    lost_ = !database_.rewind(claim_.id, options_.token, experiment->step());
  }

  bool proceed(const Experiment& experiment, std::int64_t step) {
    lease_.note_step(step);
    if (lost_ || lease_.lost()) lost_ = true;
    if (lost_ || stop_) return false;
    const auto now = Clock::now();
    if (now - flushed_ >= kFlushEvery) flush();
    if (now - saved_ >= kCheckpointEvery) save(experiment);
    return !lost_;
  }

  void flush() {
    const bool any = !rows_.empty() || !spectra_.empty();
    if (any && !database_.record(claim_.id, options_.token, rows_, spectra_)) lost_ = true;
    rows_.clear();
    spectra_.clear();
    flushed_ = Clock::now();
  }

  /// Rows first: a checkpoint never claims steps whose rows are not stored.
  void save(const Experiment& experiment) {
    flush();
    if (!lost_) experiment.save(checkpoint_, claim_.identity);
    saved_ = Clock::now();
  }

  const WorkerOptions& options_;
  store::Database& database_;
  const store::ClaimedRun& claim_;
  const std::atomic<bool>& stop_;
  Lease lease_;
  std::filesystem::path checkpoint_;
  Start start_;
  std::vector<store::MetricRow> rows_;
  std::vector<store::SpectrumRow> spectra_;
  Clock::time_point flushed_ = Clock::now(), saved_ = Clock::now();
  bool lost_ = false;
};

/// LibTorch's message without its stack of C++ frames.
std::string message_of(const std::exception& error) {
  const auto* torch_error = dynamic_cast<const c10::Error*>(&error);
  std::string text = torch_error != nullptr ? torch_error->what_without_backtrace() : error.what();
  return text.substr(0, text.find("\nException raised from"));
}

}  // namespace

void work(const WorkerOptions& options, const std::atomic<bool>& stop) {
  store::Database database(options.database);
  while (!stop) {
    const auto claim = database.claim(options.study, options.scale, options.token, kLeaseSeconds);
    if (!claim) return;
    log::info(name_of(*claim) + ": attempt " + std::to_string(claim->attempt));
    try {
      ClaimedWork(options, database, *claim, stop).run();
    } catch (const options::InputError&) {
      database.release(options.token);
      throw;
    } catch (const std::exception& error) {
      store::RunEnd end;
      end.status = store::RunStatus::failed;
      end.error = message_of(error);
      log::error(name_of(*claim) + " failed: " + end.error);
      database.finish(claim->id, options.token, end);
    }
  }
}

}  // namespace steepest::experiment
