// file.h: the one SQLite file of a workplace, opened. What a piece of code may do to it is said by the key that it is given: Planner,
// Queue, Recorder, Remover or Reader. The file is opened and owned here, and nowhere else are keys made.
#pragma once
#include <filesystem>
#include <memory>

#include "store/planner.h"
#include "store/queue.h"
#include "store/recorder.h"
#include "store/removal.h"
#include "store/renewal.h"

namespace steepest::store {

/// A file that is only read: it has no other key, whatever the file's permissions. A file of an older schema is refused.
/// Throws options::InputError for what the user can mend (not a database, another schema, network file system), with the way out; never
/// SQLite's own text alone.
class ReadOnlyFile {
 public:
  explicit ReadOnlyFile(const std::filesystem::path& path);
  ~ReadOnlyFile();
  ReadOnlyFile(ReadOnlyFile&&) noexcept;

  Reader reader() const { return Reader(*connection_); }

 private:
  std::unique_ptr<Connection> connection_;
};

enum class Access {
  read_write,  ///< a file that is there, of this schema
  upgrade,     ///< makes the file where there is none, and upgrades an older one unless somebody is at work on it
};

/// Throws as ReadOnlyFile, and where nothing can be written (read-only, disk full).
class WritableFile {
 public:
  /// `renewal` is asked about every run of a file of schema 3 or older that is upgraded.
  explicit WritableFile(const std::filesystem::path& path, Access access = Access::upgrade, const Renewal& renewal = {});
  ~WritableFile();
  WritableFile(WritableFile&&) noexcept;

  Reader reader() const { return Reader(*connection_); }
  Planner planner() { return Planner(*connection_); }
  Queue queue() { return Queue(*connection_); }
  Recorder recorder() { return Recorder(*connection_); }
  Remover remover() { return Remover(*connection_); }

 private:
  std::unique_ptr<Connection> connection_;
};

/// The schema version of a file, which is only read; 0: it has no tables yet. Throws as ReadOnlyFile, but for an older schema.
int schema_of(const std::filesystem::path& path);

}  // namespace steepest::store
