// resume.cpp: see resume.h.
#include "experiment/resume.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <stdexcept>

#include "experiment/archive_file.h"
#include "experiment/set_aside.h"

namespace steepest::experiment {
namespace {

namespace fs = std::filesystem;

/// Something stands under this name. What cannot even be asked is left for the reading to tell.
bool is_there(const fs::path& file) {
  std::error_code unknown;
  return fs::symlink_status(file, unknown).type() != fs::file_type::not_found;
}

fs::path set_aside(const fs::path& file) {
  const auto names = names_aside(file);
  fs::path free = names.back();
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    if (!is_there(*name)) free = *name;
  }
  if (std::rename(file.c_str(), free.c_str()) != 0)
    throw std::runtime_error(file.filename().string() + " could not be set aside (" + std::strerror(errno) + ")");
  return free;
}

}  // namespace

std::optional<std::string> resume_from(const fs::path& file, const std::string& identity, Experiment& experiment,
                                       const std::function<bool(std::int64_t rows)>& fits) {
  if (!is_there(file)) return std::nullopt;
  std::string problem;
  std::int64_t rows = 0;
  try {
    rows = experiment.load(file, identity);
  } catch (const UnusableFile& error) { problem = error.what(); } catch (const std::exception&) {
    std::throw_with_nested(std::runtime_error(file.filename().string() + " could not be loaded and stays as it is"));
  }
  if (problem.empty() && fits && !fits(rows)) problem = "the database does not have the rows that it counts on";
  if (problem.empty()) return std::nullopt;
  return file.filename().string() + ": " + problem + "; it was set aside as " + set_aside(file).filename().string();
}

}  // namespace steepest::experiment
