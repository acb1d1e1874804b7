// worker.cpp: see worker.h.
#include "experiment/worker.h"

#include <c10/util/Exception.h>

#include <chrono>
#include <vector>

#include "config/run_schema.h"
#include "experiment/environment.h"
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
class ClaimedTraining {
 public:
  ClaimedTraining(const WorkerOptions& options, store::Database& database, const store::ClaimedRun& claim,
                  const std::atomic<bool>& stop)
      : options_(options), database_(database), claim_(claim), stop_(stop), lease_(options.database, claim.id, options.token),
        checkpoint_(options.checkpoints / (claim.identity + ".pt")) {}

  void run() {
    const RunOptions options = config::read_run_options(claim_.config);
    Trainer trainer(options, options_.data);
    resume(trainer);
    database_.set_environment(claim_.id, describe_environment(options.device));
    const Outcome outcome = trainer.run(
        {[&](const std::string& name, std::int64_t step, double value) { rows_.push_back({name, step, value}); },
         [&](std::int64_t step) { return proceed(trainer, step); }});
    if (outcome == Outcome::stopped) {
      if (lost_) {
        log::warn(name_of(claim_) + ": another worker holds it now");
        return;
      }
      save(trainer);
    } else {
      flush();
    }
    store::RunEnd end;
    end.status = outcome == Outcome::completed  ? store::RunStatus::completed
                 : outcome == Outcome::diverged ? store::RunStatus::diverged
                                                : store::RunStatus::interrupted;
    end.step = trainer.step();
    log::info(name_of(claim_) + ": " + store::to_string(end.status) + " after " + std::to_string(end.step) + " steps");
    end.seconds = trainer.seconds();
    end.parameter_hash = outcome == Outcome::completed ? trainer.parameter_hash() : "";
    if (database_.finish(claim_.id, options_.token, end) && outcome != Outcome::stopped) std::filesystem::remove(checkpoint_);
  }

 private:
  /// Continues from the checkpoint, or from the start where there is none or it cannot be read; rows after it are written anew.
  void resume(Trainer& trainer) {
    if (std::filesystem::exists(checkpoint_)) {
      try {
        trainer.load(checkpoint_, claim_.identity);
      } catch (const c10::Error& error) {
        database_.event(claim_.id, "checkpoint", "unreadable, the run starts over");
        std::filesystem::remove(checkpoint_);
        trainer = Trainer(config::read_run_options(claim_.config), options_.data);
      }
    }
    lost_ = !database_.rewind(claim_.id, options_.token, trainer.step());
  }

  bool proceed(const Trainer& trainer, std::int64_t step) {
    lease_.note_step(step);
    if (lost_ || lease_.lost()) lost_ = true;
    if (lost_ || stop_) return false;
    const auto now = Clock::now();
    if (now - flushed_ >= kFlushEvery) flush();
    if (now - saved_ >= kCheckpointEvery) save(trainer);
    return !lost_;
  }

  void flush() {
    if (!rows_.empty() && !database_.record(claim_.id, options_.token, rows_)) lost_ = true;
    rows_.clear();
    flushed_ = Clock::now();
  }

  /// Rows first: a checkpoint never claims steps whose rows are not stored.
  void save(const Trainer& trainer) {
    flush();
    if (!lost_) trainer.save(checkpoint_, claim_.identity);
    saved_ = Clock::now();
  }

  const WorkerOptions& options_;
  store::Database& database_;
  const store::ClaimedRun& claim_;
  const std::atomic<bool>& stop_;
  Lease lease_;
  std::filesystem::path checkpoint_;
  std::vector<store::MetricRow> rows_;
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
      ClaimedTraining(options, database, *claim, stop).run();
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
