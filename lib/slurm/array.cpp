// array.cpp: see array.h.
#include "slurm/array.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "options/error.h"
#include "output/write_file.h"
#include "slurm/commands.h"

namespace steepest::slurm {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kArray = ".array";

std::optional<int> whole(const std::string& text) {
  int value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::vector<std::string> parts(const std::string& text, char between) {
  std::vector<std::string> found;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, between);) found.push_back(part);
  return found;
}

Array read_array(const fs::path& file) {
  std::ifstream stream(file);
  const json content = json::parse(stream, nullptr, false);
  try {
    return {content.at("array").get<std::string>(), content.at("study").get<std::string>(), content.at("scale").get<std::string>(),
            content.at("plan").get<std::string>(),  content.at("shards").get<int>(),        content.at("workers").get<int>()};
  } catch (const json::exception&) { throw options::InputError(file.string() + " is not as it was written"); }
}

}  // namespace

void write_array(const fs::path& folder, const Array& array) {
  const json content{{"array", array.id},  {"study", array.study},   {"scale", array.scale},
                     {"plan", array.plan}, {"shards", array.shards}, {"workers", array.workers}};
  output::write_file((folder / (array.id + kArray)).string(), "", [&](std::ostream& stream) { stream << content.dump() << "\n"; });
}

std::vector<Array> read_arrays(const fs::path& folder) {
  std::vector<Array> arrays;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (entry.path().extension() == kArray) arrays.push_back(read_array(entry.path()));
  }
  // Slurm counts upwards: the longer number is the later one.
  const auto later = [](const Array& a, const Array& b) { return std::pair(a.id.size(), a.id) > std::pair(b.id.size(), b.id); };
  std::sort(arrays.begin(), arrays.end(), later);
  return arrays;
}

std::optional<double> seconds_of(const std::string& text) {
  const auto dash = text.find('-');
  const auto days = dash == std::string::npos ? std::optional(0) : whole(text.substr(0, dash));
  const auto fields = parts(dash == std::string::npos ? text : text.substr(dash + 1), ':');
  if (!days || fields.size() < 2 || fields.size() > 3) return {};
  double seconds = 0;
  for (const auto& field : fields) {
    const auto number = whole(field);
    if (!number) return {};
    seconds = seconds * 60 + *number;
  }
  return *days * 86400.0 + seconds;
}

std::vector<Task> tasks_from(const std::string& text) {
  std::vector<Task> tasks;
  for (const auto& line : parts(text, '\n')) {
    const auto fields = parts(line, '|');
    if (fields.size() != 4) continue;
    if (const auto index = whole(fields[1])) tasks.push_back({fields[0], *index, fields[2], seconds_of(fields[3])});
  }
  return tasks;
}

std::vector<Task> ask_tasks() { return tasks_from(ask("squeue", {"--noheader", "--array", "--me", "--format=%F|%K|%T|%L"})); }

}  // namespace steepest::slurm
