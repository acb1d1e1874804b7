// database.h: the one SQLite file of a workplace: opened, created or upgraded, and everything read from and written to it.
// The tables are described column by column in docs/database.md.
#pragma once
#include <chrono>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "options/error.h"
#include "store/renewal.h"

namespace steepest::store {

class Connection;

/// A run's life. `queued` and `interrupted` runs are taken up by workers; `completed` and `diverged` are results.
enum class RunStatus { queued, running, completed, diverged, failed, interrupted };
const char* to_string(RunStatus);

/// A run as the planner knows it.
struct NewRun {
  std::string identity;      ///< SHA-256 over everything that can change its numbers
  nlohmann::json config;     ///< the resolved configuration
  std::int64_t seed = 0;
  nlohmann::json numerics = nlohmann::json::object();  ///< of which versions of the code its numbers are
  double flops = 0;          ///< estimated training cost, for ordering and for the time left
  std::string family = {};   ///< the identity but for the seed
  nlohmann::json observes = nlohmann::json::object();  ///< how often it is looked at, by key
};

/// A run that a worker holds. Every write names `token`: a worker that lost its claim cannot write.
struct ClaimedRun {
  std::int64_t id;
  std::string identity;
  nlohmann::json config;
  int attempt;               ///< 1 for the first
  std::string observes = {};         ///< canonical JSON
  std::string former_identity = {};  ///< under which its checkpoint may lie; empty: none
};

/// How a run ended. `error` for failed, `diverged_step` for diverged.
struct RunEnd {
  RunStatus status;
  std::int64_t step = 0;
  double seconds = 0;        ///< of training, over all attempts
  std::string parameter_hash;
  std::string error;
  double validation_seconds = 0;
  double waiting_seconds = 0;  ///< for rows and checkpoints to be written, and for others who hold the file locked
};

/// A run of which one try came to nothing.
struct FailedTry {
  std::int64_t run;
  int failures;  ///< tries that failed since the run was queued
  bool over;     ///< the run ended as failed
};

/// A holder that has not been heard of for a lease. A live one may still renew it (the machine was busy): see twice before acting.
struct ExpiredLease { std::int64_t run; std::string token; double expired_at; };

struct MetricRow { std::string name; std::int64_t step; double value; };
struct SpectrumRow { std::string matrix; std::int64_t step; int index; double value; };

/// One row of the view `run_summary`, tied to a study.
struct RunSummary {
  std::int64_t id;
  std::string identity;
  RunStatus status;
  std::int64_t seed;
  nlohmann::json cell;       ///< the swept keys of the study with this run's values, without the seed
  std::int64_t step;
  double flops, seconds;
  nlohmann::json numerics;
  std::string error;
  std::string family;
};

/// All of one run but its curves.
struct RunDetails {
  std::int64_t id;
  std::string identity;
  RunStatus status;
  std::int64_t seed;
  nlohmann::json numerics;
  std::int64_t step, attempts;
  double seconds;                          ///< NaN until it has ended
  double flops;
  nlohmann::json cell;                     ///< in one of its studies; empty without one
  std::optional<std::int64_t> diverged_step;
  std::string parameter_hash, error;       ///< empty where there is none
  nlohmann::json config, environment;      ///< environment: null until a worker has taken it up
  std::string family = {};
  nlohmann::json observes = {};
};

/// A summary over seeds of one cell, or of what it differs by from a baseline.
struct StatisticRow {
  std::string cell;          ///< canonical JSON of the swept keys, without the seed
  std::string metric;
  std::string scale;
  std::int64_t n = 0;
  double mean = 0, standard_error = 0, low = 0, high = 0;
  std::string method;        ///< e.g. "bootstrap percentile 95 %, 10000 resamples"
  std::int64_t bootstrap_seed = 0;
  std::string runs_hash;     ///< SHA-256 over the runs behind it and what they came to
  std::string baseline = {}; ///< the cell compared with, canonical JSON; empty: a summary of the cell itself
  /// Probability of improvement over the baseline, with its interval; NaN without one.
  double probability = std::nan(""), probability_low = std::nan(""), probability_high = std::nan("");
};

/// What a study's progress is made of.
struct Progress {
  std::int64_t queued = 0, running = 0, completed = 0, diverged = 0, failed = 0, interrupted = 0;
  double flops_total = 0, flops_done = 0;   ///< done counts finished runs, and running ones by their step
  /// What is left to do: `runs` (a run half done is half a run) of so many operations each.
  struct Work { double flops, runs; };
  std::vector<Work> left = {};
  std::int64_t total() const { return queued + running + completed + diverged + failed + interrupted; }
};

/// What is opened how. A file that reads or writes rows is taken as it is: one of an older schema is refused.
enum class Access {
  read_only,
  read_write,  ///< a file that is there
  upgrade,     ///< makes the file where there is none, and upgrades an older one unless somebody is at work on it
};

/// Another program held the file locked for longer than was waited for. Nothing was written; the same call may succeed later.
class BusyError : public options::InputError {
 public:
  explicit BusyError(const options::InputError& error) : options::InputError(error) {}
};

/// Throws options::InputError for what the user can mend (not a database, newer schema, read-only, disk full, network
/// file system), with the way out; never SQLite's own text alone.
class Database {
 public:
  static constexpr int kSchemaVersion = 4;
  /// `renewal` is asked about every run of a file of schema 3 or older that is upgraded.
  explicit Database(const std::filesystem::path& path, Access access = Access::upgrade, const Renewal& renewal = {});
  ~Database();
  Database(Database&&) noexcept;
  /// The schema version of a file, which is only read; 0: it has no tables yet. Throws like the constructor.
  static int schema_of(const std::filesystem::path& path);
  static constexpr std::chrono::milliseconds kPatience{10000};
  /// How long a lock of another program is waited for before BusyError; kPatience at first.
  void set_patience(std::chrono::milliseconds patience);
  /// Whether a write goes through within a fifth of a second: false while another program holds the file locked.
  bool can_write();

  // --- studies and their runs
  std::int64_t put_study(const std::string& name, const std::string& title, const nlohmann::json& definition);
  /// Adds the run, with its parameters as rows of `param`, unless its identity is there already. Returns its id.
  std::int64_t put_run(const NewRun& run);
  /// Gives the run its place in the study, whose other runs stay; plans.h says which leave. Moves it where it has another place there.
  void tie(std::int64_t study, std::int64_t run, const std::string& scale, const nlohmann::json& cell, std::int64_t ordinal);
  /// Runs `body` in one transaction: all of it or nothing.
  void transaction(const std::function<void()>& body);

  // --- the queue
  /// Claims, atomically, the costliest run of the plan that is queued or interrupted; none left, or no such plan: empty.
  std::optional<ClaimedRun> claim(std::int64_t plan, const std::string& token, double lease_seconds);
  /// Extends the lease and notes the step, if it is further than the one known. False: the claim is lost, stop at once.
  bool heartbeat(std::int64_t run, const std::string& token, std::int64_t step, double lease_seconds);
  /// Ends a claimed run. False: the claim was lost; nothing written. A run that is made again (remake.h) takes its new rows in the place of
  /// the old ones if it ends with the same status and parameters; else all that it had before stays, and an event `other_bits` tells.
  bool finish(std::int64_t run, const std::string& token, const RunEnd& end);
  /// Gives what `token` holds back, so that it can be claimed at once; nothing is held against the run. Returns how many.
  std::int64_t release(const std::string& token);
  /// A try at what `token` holds came to nothing: its worker died, or the run itself reported `cause`. The run can be claimed again,
  /// from its checkpoint; once `tries` of its tries have failed it ends as failed, with `cause` in `error`. `kind` is the event's. Absolute
  /// paths in `cause` are cut to their last part: what is stored travels.
  std::optional<FailedTry> fail(const std::string& token, const std::string& kind, const std::string& cause, int tries);
  /// The holders of runs of this plan that have not been heard of for a lease.
  std::vector<ExpiredLease> expired_leases(std::int64_t plan) const;

  // --- recording (each call is one transaction; false: the claim is lost, nothing written)
  bool record(std::int64_t run, const std::string& token, const std::vector<MetricRow>& metrics,
              const std::vector<SpectrumRow>& spectra = {});
  /// Forgets metrics and spectra after `step` (a resumed run writes them again).
  bool rewind(std::int64_t run, const std::string& token, std::int64_t step);
  /// How many rows of metrics and spectra a run has up to `step`; of one that is made again, how many are staged.
  std::int64_t stored_rows(std::int64_t run, std::int64_t step) const;
  void event(std::optional<std::int64_t> run, const std::string& kind, const std::string& message);
  /// Stores the environment once (by its hash) and ties the run to it.
  void set_environment(std::int64_t run, const nlohmann::json& environment);

  // --- reading
  std::optional<std::int64_t> study_id(const std::string& name) const;
  std::vector<std::string> study_names() const;
  nlohmann::json study_definition(std::int64_t study) const;
  /// The scales at which a study has runs, most recently planned first.
  std::vector<std::string> study_scales(std::int64_t study) const;
  std::vector<RunSummary> runs(std::int64_t study, const std::string& scale) const;
  /// Those of them that failed, found without reading the others.
  std::vector<RunSummary> failed_runs(std::int64_t study, const std::string& scale) const;
  std::optional<RunDetails> run_details(std::int64_t run) const;
  /// The runs whose identities begin with `prefix`, by id.
  std::vector<std::int64_t> runs_of_identity(const std::string& prefix) const;
  /// The last value of every metric of a run, by name.
  std::vector<MetricRow> last_metrics(std::int64_t run) const;
  Progress progress(std::int64_t study, const std::string& scale) const;
  /// (operations, mean seconds) of the completed runs made on the machine and device of the latest one, by their cost.
  std::vector<std::pair<double, double>> measured_costs() const;
  /// The run that a worker's token holds.
  std::optional<std::int64_t> held_run(const std::string& token) const;
  /// The last recorded value of a metric of a run.
  std::optional<double> last_metric(std::int64_t run, const std::string& name) const;
  std::vector<MetricRow> metrics(std::int64_t run, const std::string& name) const;
  std::vector<SpectrumRow> spectra(std::int64_t run) const;
  nlohmann::json run_config(std::int64_t run) const;

  // --- statistics
  void put_statistic(std::int64_t study, const StatisticRow& row);
  /// Those of a study and scale, or of one cell of it.
  std::vector<StatisticRow> statistics(std::int64_t study, const std::string& scale, const std::string& cell = "") const;

  /// A read-only query of the user's: column names, then rows as text (NULL is empty). Writes are refused.
  struct Table { std::vector<std::string> columns; std::vector<std::vector<std::string>> rows; };
  Table query(const std::string& sql) const;
  /// The same with numbers as numbers and NULL as null; infinite ones as json_number.h says.
  struct Values { std::vector<std::string> columns; std::vector<std::vector<nlohmann::json>> rows; };
  Values query_values(const std::string& sql) const;

  /// For the free functions of lib/store alone (plans.h, run_record.h, removal.h): its header is internal to that room.
  Connection& connection() const { return *connection_; }

 private:
  std::unique_ptr<Connection> connection_;
};

}  // namespace steepest::store
