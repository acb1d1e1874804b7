// progress.cpp: see progress.h.
#include "shard/progress.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "digest/sha256.h"
#include "exchange/run_text.h"
#include "options/error.h"
#include "output/write_file.h"

namespace steepest::shard {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// One line, and that line's checksum in the next.
void write_sealed(const fs::path& file, const std::string& line) {
  output::write_file(file.string(), "", [&](std::ostream& stream) { stream << line << '\n' << digest::sha256(line) << '\n'; });
}

json read_sealed(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string line, checksum;
  std::getline(stream, line);
  std::getline(stream, checksum);
  if (stream.fail() || checksum != digest::sha256(line)) throw options::InputError(file.string() + " is not as it was written");
  return json::parse(line);
}

}  // namespace

void write_rows(const fs::path& file, const store::RunRecord& run) { write_sealed(file, exchange::run_line(run)); }

std::optional<store::RunRecord> read_rows(const fs::path& file) {
  std::error_code failed;
  if (!fs::exists(file, failed)) return {};
  return exchange::unfinished_run_from(read_sealed(file), {file.string(), 1});
}

void write_failure(const fs::path& file, const Failure& failure) {
  write_sealed(file, json{{"identity", failure.identity}, {"error", failure.error}}.dump());
}

Failure read_failure(const fs::path& file) {
  const json line = read_sealed(file);
  exchange::Fields fields(line, {file.string(), 1});
  Failure failure{fields.digest("identity"), fields.text("error")};
  fields.done();
  return failure;
}

}  // namespace steepest::shard
