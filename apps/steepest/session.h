// session.h: where this call of the program finds its project, database, worker and experiments.
#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "checkpoint_folders.h"
#include "data/folders.h"
#include "run/inputs.h"
#include "study/study.h"
#include "store/file.h"

namespace steepest::app {

/// How long a command that reads waits for a lock before it does without storing the statistics that it computed.
inline constexpr std::chrono::milliseconds kPatienceOfReaders{500};

class Session {
 public:
  std::string database_option, experiments_option;  ///< --database, --experiments; empty: the defaults

  /// The project: the current folder if it has experiments with a root file, else the nearest folder above this executable that
  /// has, else the current folder; empty where that was deleted.
  std::filesystem::path root() const;
  /// --experiments, else `experiments` of the project, else what is installed beside the program. Throws InputError without any.
  std::filesystem::path experiments() const;
  /// --database, else results/steepest.db of the project; absolute. Throws InputError for a relative path in a deleted folder.
  std::filesystem::path database() const;
  /// Where corpora, weights and checkpoints are looked for: what STEEPEST_DATA_DIR lists, then `data` of the project, and before all of them where
  /// `completion` was led to by a path; absolute, unless the current folder was deleted.
  data::Folders data() const;
  /// Looks into the files there, and into the database, for what runs leave open, each once for all runs of a plan; of what `study` has measured, if it is
  /// named, before all else. Not to outlive this.
  run::Completion completion(const std::string& study = "") const;
  /// Throws InputError where a checkpoint is not there, or holds other weights than its checksums say.
  void check_checkpoint(run::CheckpointBase base) const;
  /// Logs and checkpoints lie beside the database, so that a second database never meets the first one's.
  std::filesystem::path logs() const { return database().parent_path() / "logs"; }
  std::filesystem::path checkpoints() const { return database().parent_path() / "checkpoints"; }
  /// STEEPEST_WORKER, else steepest-worker beside this executable. Throws InputError if it is not there.
  std::filesystem::path worker() const;

  hydra::Composer composer() const { return study::experiments(experiments()); }
  /// Both throw InputError if there is no database yet, saying how one comes about.
  store::ReadOnlyFile open_to_read() const;
  store::WritableFile open_to_write(store::Access access) const;
  /// Nothing where there is no file yet.
  std::optional<store::ReadOnlyFile> open_to_read_if_present() const;
  /// For what writes runs: the file is made where there is none, and upgraded where it is of an older steepest.
  store::WritableFile open_or_make() const;
  /// The same, but that none is made.
  void upgrade_if_present() const;

 private:
  void require_file() const;

  std::shared_ptr<CheckpointFolders> checkpoints_seen_ = std::make_shared<CheckpointFolders>();
};

/// `steepest SUBCOMMAND` with the global options of this call, for a shell.
std::string command_line(const Session& session, const std::string& subcommand);

/// The folder of this executable, links followed; empty where the system does not tell.
std::filesystem::path executable_directory();

/// Lets `keep` store what was computed, unless the file cannot be written now: one that is write-protected or locked can be reported on all the same.
void keep_if_writable(const Session& session, const std::function<void(store::Recorder)>& keep);

/// A study's id by name. Throws InputError, with the command that makes its runs or with the nearest name that the database knows.
std::int64_t find_study(const Session& session, const store::Reader& reader, const std::string& name);

/// The numerics of the runs of a file, each once.
std::vector<nlohmann::json> numerics_of_runs(const store::Reader& reader);

/// What plans a stored study: `steepest run` with its name, or with the study and overrides that it was made of; or the other subcommand that
/// made it. Quoted for a shell.
std::string run_command(const store::Reader& reader, const std::string& study);

/// The scale asked for, which the study must have runs at; empty: the one planned last. Throws InputError.
std::string find_scale(const store::Reader& reader, std::int64_t study, const std::string& name, const std::string& scale);

}  // namespace steepest::app
