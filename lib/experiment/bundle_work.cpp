// bundle_work.cpp: see bundle_work.h.
#include "experiment/bundle_work.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "experiment/bundle.h"
#include "experiment/cause.h"
#include "experiment/device_memory.h"
#include "log/log.h"

namespace steepest::experiment {
namespace {

std::string as_one(std::size_t runs) { return std::to_string(runs) + " runs as one"; }

class BundleWork {
 public:
  BundleWork(const Desk& desk, const std::vector<store::ClaimedRun>& claims, BundleSizes& sizes)
      : desk_(desk), claims_(claims), sizes_(sizes), lease_(desk.options.database, ids(claims), desk.options.token) {}

  void run() {
    if (!begin()) return;
    if (works_.size() == 1) return works_.front()->conclude(works_.front()->experiment().run(works_.front()->hooks()));
    log::info(as_one(works_.size()) + ": " + name_of(claims_.front()) + " and others like it");
    train();
  }

  /// What was not concluded goes back into the queue.
  void give_back(const std::string& why) {
    works_.clear();  // what they hold of the memory comes first
    release_device_memory();
    log::warn(why);
    for (const auto& claim : claims_) give_back(claim, why);
  }

 private:
  static std::vector<std::int64_t> ids(const std::vector<store::ClaimedRun>& claims) {
    std::vector<std::int64_t> all;
    for (const auto& claim : claims) all.push_back(claim.id);
    return all;
  }

  void give_back(const store::ClaimedRun& claim, const std::string& why) {
    patiently(desk_.stop, [&] { desk_.queue.give_back(claim.id, desk_.options.token, why); });
  }

  /// Makes the runs, as many as fit and stand where the first does. False: told to stop before a base was trained.
  bool begin() {
    std::int64_t step = 0;
    for (const auto& claim : claims_) {
      const bool first = works_.empty();
      if (!first && static_cast<std::int64_t>(works_.size()) >= sizes_.of(run_)) {
        give_back(claim, std::to_string(works_.size()) + " runs like it fit into memory");
        continue;
      }
      // They stand on one base, which the first brings along.
      auto work = std::make_unique<ClaimedWork>(desk_, claim, lease_, first ? Start{} : works_.front()->start());
      if (!work->begin()) {  // only of the first: the others have its base
        give_back("the worker was told to stop");
        return false;
      }
      if (first) {
        const auto& trainer = trainer_of(*work);
        run_ = trainer.options();
        step = trainer.step();
        if (sizes_.guessed(run_)) sizes_.fits(run_, runs_that_fit(trainer.options(), desk_.options.data, work->start()));
      } else if (work->experiment().step() != step) {
        give_back(claim, "it is at step " + std::to_string(work->experiment().step()) + ", and those that it was taken with at step " +
                             std::to_string(step));
        continue;
      }
      works_.push_back(std::move(work));
    }
    return true;
  }

  static Trainer& trainer_of(ClaimedWork& work) { return dynamic_cast<Trainer&>(work.experiment()); }

  void train() {
    std::vector<Trainer*> trainers;
    Bundle::Calls calls;
    for (const auto& work : works_) {
      trainers.push_back(&trainer_of(*work));
      calls.hooks.push_back(work->hooks());
    }
    calls.proceed = [&] { return !desk_.stop; };
    calls.ended = [&](std::size_t member, Outcome outcome) { works_[member]->conclude(outcome); };
    Bundle bundle(trainers);
    for (const auto& work : works_) work->join(static_cast<std::int64_t>(works_.size()));
    bundle.run(calls);
  }

  Desk desk_;
  const std::vector<store::ClaimedRun>& claims_;
  BundleSizes& sizes_;
  store::Lease lease_;
  run::AnyRun run_;  // the first
  std::vector<std::unique_ptr<ClaimedWork>> works_;
};

}  // namespace

void train_bundle(const Desk& desk, const std::vector<store::ClaimedRun>& claims, BundleSizes& sizes) {
  BundleWork work(desk, claims, sizes);
  std::string problem;
  try {
    return work.run();
  } catch (const std::exception& error) {
    if (!is_lack_of_memory(error)) throw;
    problem = cause_of(error);
  }
  const auto first = run::read_run(claims.front().config, options::Absent::neutral);
  sizes.too_many(first, static_cast<std::int64_t>(claims.size()));
  work.give_back(as_one(claims.size()) + " do not fit into memory, " + std::to_string(sizes.of(first)) + " are tried next (" + problem +
                 ")");
}

}  // namespace steepest::experiment
