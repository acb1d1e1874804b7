// session.cpp: see session.h.
#include "session.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "options/error.h"
#include "shell_word.h"

namespace steepest::app {
namespace {

namespace fs = std::filesystem;
using options::InputError;

bool is_project(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / "experiments" / "config.yaml", ignored);
}

}  // namespace

fs::path executable_directory() {
  std::error_code failed;
  const fs::path self = fs::read_symlink("/proc/self/exe", failed);
  return failed ? fs::current_path() : self.parent_path();
}

fs::path Session::root() const {
  if (is_project(fs::current_path())) return fs::current_path();
  for (fs::path folder = executable_directory(); folder.has_relative_path(); folder = folder.parent_path()) {
    if (is_project(folder)) return folder;
  }
  return fs::current_path();
}

fs::path Session::experiments() const {
  if (!experiments_option.empty()) {
    const fs::path folder = experiments_option;
    if (fs::exists(folder / "config.yaml")) return folder;
    throw InputError({"--experiments", "there is no " + (folder / "config.yaml").string(),
                      "a folder with config.yaml and the groups of experiments", "", "", 0});
  }
  if (is_project(root())) return root() / "experiments";
  const fs::path installed = executable_directory().parent_path() / "share" / "steepest" / "experiments";
  if (fs::exists(installed / "config.yaml")) return installed;
  throw InputError("no experiments found: there is no experiments/config.yaml here or beside the program; call steepest in the "
                   "project's folder, or name the folder with --experiments DIR");
}

fs::path Session::database() const {
  if (!database_option.empty()) return fs::absolute(database_option);
  return root() / "results" / "steepest.db";
}

fs::path Session::worker() const {
  const char* named = std::getenv("STEEPEST_WORKER");
  const bool given = named != nullptr && *named != '\0';
  const fs::path path = given ? fs::absolute(named) : executable_directory() / "steepest-worker";
  if (access(path.c_str(), X_OK) == 0 && fs::is_regular_file(path)) return path;
  if (given) throw InputError("STEEPEST_WORKER names " + path.string() + ", which is no program");
  throw InputError("the training program " + path.string() +
                   " is missing; build it (`make build`), or name it in STEEPEST_WORKER");
}

store::Database Session::open(store::Access access) const {
  if (!fs::exists(database())) {
    throw InputError(fmt::format("there is no database {} yet; `steepest run STUDY` makes it{}", database().string(),
                                 database_option.empty() ? ", --database PATH names another" : ""));
  }
  return store::Database(database(), access);
}

std::optional<store::Database> Session::open_if_present(store::Access access) const {
  if (!fs::exists(database())) return {};
  return store::Database(database(), access);
}

std::int64_t find_study(const store::Database& database, const std::string& name) {
  if (const auto id = database.study_id(name)) return *id;
  const auto names = database.study_names();
  throw InputError(
      {"", fmt::format("the database has no study \"{}\"", name),
       names.empty() ? std::string("none yet; `steepest run STUDY` plans one") : fmt::format("{}", fmt::join(names, ", ")),
       options::nearest_name(name, names), "", 0});
}

std::string run_words(const store::Database& database, const std::string& study) {
  const auto id = database.study_id(study);
  const auto definition = id ? database.study_definition(*id) : nlohmann::json();
  const auto asked = definition.find("asked");
  if (asked == definition.end() || !asked->is_array()) return shell_word(study);
  std::string words;
  for (const auto& word : *asked) words += (words.empty() ? "" : " ") + shell_word(word.get<std::string>());
  return words;
}

std::string find_scale(const store::Database& database, std::int64_t study, const std::string& name, const std::string& scale) {
  const auto scales = database.study_scales(study);
  if (scales.empty())
    throw InputError(fmt::format("study {} has no runs in the database; `steepest run {}` plans them", name, run_words(database, name)));
  if (scale.empty()) return scales.front();
  if (std::find(scales.begin(), scales.end(), scale) != scales.end()) return scale;
  throw InputError({"--scale", fmt::format("study {} has no runs at scale \"{}\"", name, scale),
                    fmt::format("{}", fmt::join(scales, ", ")), options::nearest_name(scale, scales), "", 0});
}

}  // namespace steepest::app
