// session.cpp: see session.h.
#include "session.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "data/corpus.h"
#include "data/known_file.h"
#include "exchange/renewal.h"
#include "options/error.h"
#include "shell_word.h"
#include "store/patience.h"
#include "study/study.h"
#include "sweep/step_seconds.h"

namespace steepest::app {
namespace {

namespace fs = std::filesystem;
using options::InputError;

/// A folder `experiments` with a root file in it: config.yaml, or any other that --config-name can name.
bool is_project(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder / "experiments", ignored)) {
    if (entry.path().extension() == ".yaml") return true;
  }
  return false;
}

/// As std::filesystem::absolute, which asks for the current folder although it may have been deleted meanwhile.
fs::path from_here(const fs::path& path) {
  std::error_code failed;
  const fs::path whole = fs::absolute(path, failed);
  if (!failed) return whole;
  throw InputError("the current folder is not there any more, so that " + path.string() +
                   " leads nowhere; change to another folder, or give absolute paths");
}

bool present(const fs::path& file) {
  std::error_code failed;
  const bool there = fs::exists(file, failed);
  if (failed) throw InputError(file.string() + ": " + failed.message());
  return there;
}

/// Whether a file defines such a study, whatever else is wrong with the experiments.
bool is_defined(const Session& session, const std::string& study) {
  try {
    const auto names = study::study_names(session.composer());
    return std::find(names.begin(), names.end(), study) != names.end();
  } catch (const InputError&) { return false; }
}

}  // namespace

fs::path executable_directory() {
  std::error_code failed;
  return fs::read_symlink("/proc/self/exe", failed).parent_path();
}

fs::path Session::root() const {
  std::error_code deleted;
  const fs::path here = fs::current_path(deleted);
  if (!deleted && is_project(here)) return here;
  for (fs::path folder = executable_directory(); folder.has_relative_path(); folder = folder.parent_path()) {
    if (is_project(folder)) return folder;
  }
  return here;
}

fs::path Session::experiments() const {
  std::error_code ignored;
  if (!experiments_option.empty()) {
    const fs::path folder = experiments_option;
    if (fs::is_directory(folder, ignored)) return folder;
    const std::string valid = "a folder with root files such as config.yaml, and groups";
    throw InputError({"--experiments", "there is no folder " + folder.string(), valid, "", "", 0});
  }
  if (is_project(root())) return root() / "experiments";
  const fs::path installed = executable_directory().parent_path() / "share" / "steepest" / "experiments";
  if (fs::is_directory(installed, ignored)) return installed;
  throw InputError(
      "no experiments found: there is no folder experiments with a root file such as config.yaml, neither here nor beside the "
      "program; call steepest in the project's folder, or name the folder with --experiments DIR");
}

fs::path Session::database() const {
  return from_here(database_option.empty() ? root() / "results" / "steepest.db" : fs::path(database_option));
}

data::Folders Session::data() const {
  data::Folders folders = data::data_folders(root());
  for (const auto& folder : checkpoints_seen_->led_to()) folders.put_first(folder);
  return folders.absolute();  // who needs no corpus needs no folder
}

run::Completion Session::completion(const std::string& study) const {
  const auto corpora = std::make_shared<data::Corpora>(data());
  const auto files = std::make_shared<data::KnownFiles>(data());
  const auto seconds = std::make_shared<std::optional<sweep::StepSeconds>>();
  return {[corpora](data::DataOptions& corpus) { corpora->complete(corpus); }, [files](data::FileOptions& file) { files->complete(file); },
          [this](run::CheckpointBase& base) { return checkpoints_seen_->content(base, data()); },
          [this, seconds, study](const run::TrainingRun& run) -> std::optional<double> {
            const auto file = *seconds ? std::nullopt : open_to_read_if_present();
            if (file) seconds->emplace(file->reader(), study);
            return *seconds ? (*seconds)->of(run) : std::nullopt;
          }};
}

void Session::check_checkpoint(run::CheckpointBase base) const {
  const auto compare = [](const std::string& stated, const std::string& found, const char* key, const std::string& folder) {
    if (stated.empty() || stated == found) return;
    throw InputError({key, folder + " has SHA-256 " + found + ", expected " + stated, "the weights with that checksum"});
  };
  try {
    const auto found = checkpoints_seen_->content(base, data());
    compare(base.sha256, found.sha256, "sha256", base.path);
    compare(base.adapter_sha256, found.adapter_sha256, "adapter_sha256", base.adapter);
  } catch (const InputError& error) { throw error.parts().key.empty() || !error.parts().file.empty() ? error : error.below("base"); }
}

fs::path Session::worker() const {
  const char* named = std::getenv("STEEPEST_WORKER");
  const bool given = named != nullptr && *named != '\0';
  const fs::path path = given ? from_here(named) : executable_directory() / "steepest-worker";
  std::error_code ignored;
  if (access(path.c_str(), X_OK) == 0 && fs::is_regular_file(path, ignored)) return path;
  if (given) throw InputError("STEEPEST_WORKER names " + path.string() + ", which is no program");
  throw InputError("the training program " + path.string() + " is missing; build it (`make build`), or name it in STEEPEST_WORKER");
}

store::ReadOnlyFile Session::open_to_read() const {
  require_file();
  return store::ReadOnlyFile(database());
}

store::WritableFile Session::open_to_write(store::Access access) const {
  require_file();
  return store::WritableFile(database(), access, exchange::renewed);
}

std::optional<store::ReadOnlyFile> Session::open_to_read_if_present() const {
  if (!present(database())) return {};
  return store::ReadOnlyFile(database());
}

store::WritableFile Session::open_or_make() const { return store::WritableFile(database(), store::Access::upgrade, exchange::renewed); }

void Session::upgrade_if_present() const {
  if (present(database())) open_or_make();
}

void Session::require_file() const {
  if (present(database())) return;
  throw InputError(fmt::format("there is no database {} yet; `steepest run STUDY` makes it{}", database().string(),
                               database_option.empty() ? ", --database PATH names another" : ""));
}

std::string command_line(const Session& session, const std::string& subcommand) {
  std::string text = "steepest " + subcommand;
  if (!session.database_option.empty()) text += " --database " + shell_word(session.database_option);
  if (!session.experiments_option.empty()) text += " --experiments " + shell_word(session.experiments_option);
  return text;
}

void keep_if_writable(const Session& session, const std::function<void(store::Recorder)>& keep) {
  try {
    auto writable = session.open_to_write(store::Access::read_write);
    const store::Patience patience(writable.reader(), kPatienceOfReaders);
    keep(writable.recorder());
  } catch (const InputError&) {}
}

std::int64_t find_study(const Session& session, const store::Reader& reader, const std::string& name) {
  if (const auto id = reader.study_id(name)) return *id;
  if (is_defined(session, name)) throw InputError(fmt::format("study {0} has no runs yet; `steepest run {0}` makes them", name));
  const auto names = reader.study_names();
  throw InputError({"", fmt::format("the database has no study \"{}\"", name),
                    names.empty() ? std::string("none yet; `steepest run STUDY` plans one") : fmt::format("{}", fmt::join(names, ", ")),
                    options::nearest_name(name, names), "", 0});
}

std::vector<nlohmann::json> numerics_of_runs(const store::Reader& reader) {
  std::vector<nlohmann::json> all;
  for (const auto& row : reader.query("SELECT DISTINCT numerics FROM run ORDER BY 1").rows) all.push_back(nlohmann::json::parse(row[0]));
  return all;
}

std::string run_command(const store::Reader& reader, const std::string& study) {
  const auto id = reader.study_id(study);
  const auto definition = id ? reader.study_definition(*id) : nlohmann::json();
  const auto asked = definition.find("asked");
  if (asked == definition.end() || !asked->is_array()) return "steepest run " + shell_word(study);
  std::string words = "steepest " + definition.value("command", "run");
  for (const auto& word : *asked) words += " " + shell_word(word.get<std::string>());
  return words;
}

std::string find_scale(const store::Reader& reader, std::int64_t study, const std::string& name, const std::string& scale) {
  const auto scales = reader.study_scales(study);
  if (scales.empty()) throw InputError(fmt::format("study {} has no runs in the reader; `{}` plans them", name, run_command(reader, name)));
  if (scale.empty()) return scales.front();
  if (std::find(scales.begin(), scales.end(), scale) != scales.end()) return scale;
  throw InputError({"--scale", fmt::format("study {} has no runs at scale \"{}\"", name, scale), fmt::format("{}", fmt::join(scales, ", ")),
                    options::nearest_name(scale, scales), "", 0});
}

}  // namespace steepest::app
