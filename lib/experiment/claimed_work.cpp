// claimed_work.cpp: see claimed_work.h.
#include "experiment/claimed_work.h"

#include "data/corpus.h"
#include "experiment/archive_file.h"
#include "experiment/base_network.h"
#include "experiment/environment.h"
#include "experiment/flow_experiment.h"
#include "experiment/resume.h"
#include "run/run.h"
#include "weights/adapter.h"

namespace steepest::experiment {
namespace {

constexpr auto kFlushEvery = std::chrono::seconds(2);

/// "cuda" and "cuda:1" are of one kind.
bool same_kind(const std::string& wanted, const std::string& given) {
  return !given.empty() && wanted.substr(0, wanted.find(':')) == given.substr(0, given.find(':'));
}

}  // namespace

std::string name_of(const store::ClaimedRun& claim) { return "run " + std::to_string(claim.id) + " " + claim.identity.substr(0, 12); }

ClaimedWork::ClaimedWork(const Desk& desk, const store::ClaimedRun& claim, store::Lease& lease, Start start)
    : desk_(desk), claim_(claim), lease_(lease), checkpoint_(desk.options.checkpoints / (claim.identity + ".pt")),
      mark_(checkpoint_mark(claim.identity, claim.observes)), start_(std::move(start)) {}

void ClaimedWork::run() {
  if (begin()) conclude(experiment_->run(hooks()));
}

bool ClaimedWork::begin() {
  run::AnyRun run = run::read_run(claim_.config, options::Absent::neutral);
  auto* training = std::get_if<run::TrainingRun>(&run);
  if (training && same_kind(training->device, desk_.options.device)) training->device = desk_.options.device;
  if (training && training->base && !start_.base && !take_base(*training)) {
    finish(Outcome::stopped);
    return false;
  }
  experiment_ = make(run);
  resume(run);
  const auto environment = describe_environment(training ? training->device : "cpu");
  patiently(desk_.stop, [&] { desk_.recorder.set_environment(claim_.id, environment); });
  return true;
}

void ClaimedWork::join(std::int64_t runs) {
  stacked_ = true;
  if (!patiently(desk_.stop, [&] { return desk_.recorder.set_stacked(claim_.id, desk_.options.token, runs); })) lost_ = true;
}

Hooks ClaimedWork::hooks() {
  return {[this](const std::string& name, std::int64_t step, double value) {
            rows_.push_back({name, step, value});
          },
          [this](std::int64_t step) { return proceed(step); },
          [this](const std::string& matrix, std::int64_t step, const std::vector<double>& values) {
            for (std::size_t i = 0; i < values.size(); ++i) spectra_.push_back({matrix, step, static_cast<int>(i), values[i]});
          }};
}

void ClaimedWork::conclude(Outcome outcome) {
  if (lost_) {
    log::warn(name_of(claim_) + ": another worker holds it now");
    return;
  }
  patiently(desk_.stop, [&] { store_rows(); });
  if (outcome == Outcome::stopped) save();
  finish(outcome);
}

std::unique_ptr<Experiment> ClaimedWork::make(const run::AnyRun& run) const {
  if (const auto* flow = std::get_if<run::FlowRun>(&run)) return std::make_unique<FlowExperiment>(*flow);
  return std::make_unique<Trainer>(std::get<run::TrainingRun>(run), desk_.options.data, start_);
}

/// False: told to stop before the base was trained.
bool ClaimedWork::take_base(const run::TrainingRun& run) {
  const auto corpus = data::load_corpus(run.data, desk_.options.data, run.training.context);
  const auto on = [&] { return !desk_.stop && !lease_.lost(claim_.id); };
  const auto told = [&](const std::string& text) { note(text); };
  start_.base =
      base_network(run, corpus.tokenizer, {desk_.options.data, desk_.options.checkpoints, on, told, desk_.options.checkpoint_seconds});
  return start_.base != nullptr;
}

void ClaimedWork::finish(Outcome outcome) {
  store::RunEnd end;
  end.status = outcome == Outcome::completed  ? store::RunStatus::completed
               : outcome == Outcome::diverged ? store::RunStatus::diverged
                                              : store::RunStatus::interrupted;
  end.step = experiment_ ? experiment_->step() : 0;
  log::info(name_of(claim_) + ": " + store::to_string(end.status) + " after " + std::to_string(end.step) + " steps");
  if (experiment_) {
    const Times times = experiment_->times();
    end.seconds = times.training;
    end.validation_seconds = times.validation;
    end.waiting_seconds = times.waiting;
  }
  end.parameter_hash = outcome == Outcome::completed ? experiment_->parameter_hash() : "";
  if (outcome == Outcome::completed) keep_adapter(end.parameter_hash);
  const bool held = patiently(desk_.stop, [&] { return desk_.queue.finish(claim_.id, desk_.options.token, end); });
  std::error_code ignored;  // the run is done, whether or not its checkpoint can be removed
  if (!held || outcome == Outcome::stopped) return;
  std::filesystem::remove(checkpoint_, ignored);
  if (!claim_.former_identity.empty()) std::filesystem::remove(former_checkpoint(), ignored);
}

/// Of a completed run parameters are not kept, but for adapters, which are small and of use by themselves.
void ClaimedWork::keep_adapter(const std::string& parameter_hash) const {
  const std::string text = experiment_->adapter({{"format", "pt"}, {"identity", claim_.identity}, {"parameter_hash", parameter_hash}});
  if (!text.empty()) replace_file(desk_.options.checkpoints / weights::kept_adapter(claim_.identity, parameter_hash), text);
}

/// Continues from the checkpoint, or from the start where there is none or it cannot be used; rows after it are written anew. A database
/// that was deleted, or put back from a copy, lacks rows that a checkpoint counts on.
void ClaimedWork::resume(const run::AnyRun& run) {
  const auto fits = [&](std::int64_t rows) { return patiently(desk_.stop, [&] { return rows == stored_rows(); }); };
  std::error_code ignored;
  const bool former = !claim_.former_identity.empty() && !std::filesystem::exists(checkpoint_, ignored);
  const auto unusable = former ? resume_from(former_checkpoint(), claim_.former_identity, *experiment_, fits)
                               : resume_from(checkpoint_, mark_, *experiment_, fits);
  if (unusable) {
    note(*unusable + "; the run starts over");
    experiment_ = make(run);
  }
  lost_ = !patiently(desk_.stop, [&] { return desk_.recorder.rewind(claim_.id, desk_.options.token, experiment_->step()); });
}

/// Of an interrupted run of a file that has been upgraded since.
std::filesystem::path ClaimedWork::former_checkpoint() const { return desk_.options.checkpoints / (claim_.former_identity + ".pt"); }

/// In the log, and as an event of the run.
void ClaimedWork::note(const std::string& text) {
  log::warn(name_of(claim_) + ": " + text);
  patiently(desk_.stop, [&] { desk_.recorder.event(claim_.id, "checkpoint", text); });
}

bool ClaimedWork::proceed(std::int64_t step) {
  lease_.note_step(step);
  if (lost_ || lease_.lost(claim_.id)) lost_ = true;
  if (lost_ || (desk_.stop && !stacked_)) return false;
  const auto now = Clock::now();
  if (now - flushed_ >= kFlushEvery) flush();
  if (now - saved_ >= std::chrono::duration<double>(desk_.options.checkpoint_seconds)) save();
  return !lost_;
}

void ClaimedWork::store_rows() {
  if (!has_rows()) return;
  if (!desk_.recorder.record(claim_.id, desk_.options.token, rows_, spectra_)) lost_ = true;
  rows_.clear();
  spectra_.clear();
}

/// Rows that a locked file does not take wait for the next time; training goes on.
void ClaimedWork::flush() {
  try {
    store_rows();
  } catch (const store::BusyError& error) { log::warn(std::string("rows wait: ") + error.what()); }
  flushed_ = Clock::now();
}

/// Rows first: a checkpoint never claims steps whose rows are not stored.
void ClaimedWork::save() {
  flush();
  if (!lost_ && !has_rows()) experiment_->save(checkpoint_, mark_, stored_rows());
  saved_ = Clock::now();
}

}  // namespace steepest::experiment
