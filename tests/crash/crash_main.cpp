// crash_main.cpp: SIGKILLs workers and supervisors of running studies at random moments, again and again, and then holds what is in the
// database against an undisturbed study: integrity, completed runs lost or run twice, torn batches, other bits.
//   crash [--kills N] [--seed S]
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "store/file.h"
#include "sweep/child_process.h"

namespace {

namespace fs = std::filesystem;
using namespace steepest;
using Clock = std::chrono::steady_clock;

const fs::path kProgram = fs::path(STEEPEST_BINARY_DIR) / "steepest";

/// Every run logs and evaluates at the same steps, so a step with one of the two rows alone is half a batch.
const std::vector<std::string> kStudy = {"run",
                                         "data=synthetic",
                                         "data.characters=20000",
                                         "model.width=16",
                                         "model.heads=2",
                                         "model.rank=2",
                                         "training.batch=4",
                                         "training.context=16",
                                         "training.steps=4000",
                                         "training.log_every=100",
                                         "training.evaluate_every=100",
                                         "optimizer=lora_muon,spectron,scaled_gd",
                                         "seed=range(2)",
                                         "--jobs",
                                         "2",
                                         "--retry",
                                         "1000000",
                                         "--checkpoint-every",
                                         "1s"};

struct Tally {
  int corrupt = 0, lost = 0, doubled = 0, torn = 0, differing = 0, runs = 0;
};

class Study {
 public:
  /// In a folder of its own: checkpoints lie beside the database.
  explicit Study(fs::path folder) : folder_(std::move(folder)), database_(folder_ / "study.db") {}

  void start() {
    std::vector<std::string> words = kStudy;
    words.insert(words.end(), {"--database", database_.string(), "--experiments", std::string(STEEPEST_SOURCE_DIR) + "/experiments"});
    supervisor_ = std::make_unique<sweep::ChildProcess>(kProgram, words, std::vector<std::string>{}, folder_ / "supervisor.log");
  }
  std::optional<sweep::ExitState> ended() { return supervisor_->poll(); }
  void kill_supervisor() { supervisor_->send(SIGKILL); }
  std::string log() const { return supervisor_->last_lines(20); }

  /// The workers on this study's database.
  std::vector<pid_t> workers() const { return sweep::processes_of("steepest-worker", {"--database", database_.string()}); }

  std::vector<std::vector<std::string>> rows(const std::string& sql) const {
    return store::ReadOnlyFile(database_).reader().query(sql).rows;
  }

  /// What must hold at every moment.
  void check(Tally& tally) {
    if (!fs::exists(database_)) return;
    const auto integrity = rows("PRAGMA integrity_check");
    if (integrity.size() != 1 || integrity[0][0] != "ok") ++tally.corrupt;
    tally.torn += static_cast<int>(rows("SELECT run_id FROM metric GROUP BY run_id, step HAVING count(*) <> 2").size());
    std::map<std::string, std::string> completed;
    for (const auto& row : rows("SELECT identity, parameter_hash FROM run WHERE status = 'completed'")) completed[row[0]] = row[1];
    for (const auto& [identity, hash] : completed_) {
      const auto now = completed.find(identity);
      if (now == completed.end() || now->second != hash) ++tally.lost;
    }
    completed_ = std::move(completed);
  }

  /// What must hold at the end, against an undisturbed study.
  void compare(const Study& undisturbed, Tally& tally) {
    check(tally);
    const std::string hashes = "SELECT identity, status, parameter_hash FROM run ORDER BY identity";
    const std::string metrics = "SELECT identity, name, metric.step, value FROM metric JOIN run ON run.id = run_id ORDER BY 1, 2, 3";
    const auto mine = rows(hashes), theirs = undisturbed.rows(hashes);
    tally.runs += static_cast<int>(mine.size());
    for (const auto& row : theirs) tally.differing += std::find(mine.begin(), mine.end(), row) == mine.end();
    tally.differing += rows(metrics) != undisturbed.rows(metrics);
    tally.doubled += static_cast<int>(rows("SELECT run_id FROM event WHERE kind = 'completed' GROUP BY run_id HAVING count(*) > 1").size());
  }

 private:
  fs::path folder_, database_;
  std::unique_ptr<sweep::ChildProcess> supervisor_;
  std::map<std::string, std::string> completed_;
};

void until_ended(Study& study) {
  while (!study.ended()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

class Killer {
 public:
  Killer(fs::path folder, int kills, std::uint64_t seed) : folder_(std::move(folder)), wanted_(kills), engine_(seed) {}

  int run() {
    Study undisturbed(folder_ / "undisturbed");
    undisturbed.start();
    until_ended(undisturbed);
    if (!undisturbed.ended()->clean()) {
      std::cerr << "the undisturbed study did not end well:\n" << undisturbed.log() << "\n";
      return 1;
    }
    // A study that ends before enough has been killed is followed by another.
    int rounds = 0;
    for (; killed_ < wanted_; ++rounds) {
      Study study(folder_ / ("round-" + std::to_string(rounds)));
      study.start();
      disturb(study);
      study.compare(undisturbed, tally_);
    }
    print(rounds);
    return tally_.corrupt + tally_.lost + tally_.doubled + tally_.torn + tally_.differing == 0 ? 0 : 1;
  }

 private:
  int below(int count) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(count)); }

  /// Kills until the study has come to its end, or enough was killed: then it comes to its end by itself.
  void disturb(Study& study) {
    for (auto next = pause(); !study.ended() || !study.ended()->clean();) {
      if (const auto ended = study.ended()) {
        if (ended->signal != SIGKILL) throw std::runtime_error("a supervisor ended by itself with " + ended->text() + ":\n" + study.log());
        study.start();
      }
      if (killed_ < wanted_ && Clock::now() >= next) {
        kill_some(study);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        study.check(tally_);
        report();
        next = pause();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

  /// Every twenty kills a line, so that one sees how long it will take.
  void report() {
    if (killed_ / 20 == reported_) return;
    reported_ = killed_ / 20;
    const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    fmt::print(stderr, "{} of {} kills, about {:.0f} s left\n", killed_, wanted_, seconds / killed_ * std::max(0, wanted_ - killed_));
  }

  Clock::time_point pause() { return Clock::now() + std::chrono::milliseconds(200 + below(1800)); }

  /// One worker, mostly; at times the supervisor, or all at once, as a power failure would.
  void kill_some(Study& study) {
    const auto workers = study.workers();
    const int choice = below(10);
    const auto kill_worker = [&](pid_t worker) {
      if (kill(worker, SIGKILL) == 0) ++killed_, ++workers_killed_;
    };
    if (choice < 3) {
      study.kill_supervisor();
      ++killed_, ++supervisors_killed_;
      if (choice == 0)
        for (const pid_t worker : workers) kill_worker(worker);
    } else if (!workers.empty()) {
      kill_worker(workers[static_cast<std::size_t>(below(static_cast<int>(workers.size())))]);
    }
  }

  void print(int rounds) const {
    const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    fmt::print("kills: {} ({} of workers, {} of supervisors) over {} runs of {} studies in {:.0f} s\n", killed_, workers_killed_,
               supervisors_killed_, tally_.runs, rounds, seconds);
    fmt::print("corrupt: {}  lost: {}  doubled: {}  torn: {}  differing: {}\n", tally_.corrupt, tally_.lost, tally_.doubled, tally_.torn,
               tally_.differing);
  }

  fs::path folder_;
  int wanted_, reported_ = 0, killed_ = 0, workers_killed_ = 0, supervisors_killed_ = 0;
  std::mt19937_64 engine_;
  Tally tally_;
  Clock::time_point start_ = Clock::now();
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Kills workers and supervisors of running studies, and looks what is left.", "crash"};
  int kills = 200;
  std::uint64_t seed = std::random_device{}();
  app.add_option("--kills", kills, "how many SIGKILLs")->check(CLI::PositiveNumber);
  app.add_option("--seed", seed, "of the moments and victims; drawn and printed without one");
  CLI11_PARSE(app, argc, argv);
  std::string pattern = (fs::temp_directory_path() / "steepest_crash_XXXXXX").string();
  const fs::path folder = mkdtemp(pattern.data());
  fmt::print("seed: {}\n", seed);
  int status = 1;
  try {
    status = Killer(folder, kills, seed).run();
  } catch (const std::exception& error) { std::cerr << "error: " << error.what() << "\n"; }
  if (status == 0) fs::remove_all(folder);
  else std::cerr << "what is left lies in " << folder << "\n";
  return status;
}
