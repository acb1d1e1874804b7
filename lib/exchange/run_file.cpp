// run_file.cpp: see run_file.h.
#include "exchange/run_file.h"

#include <set>

#include "digest/sha256.h"
#include "exchange/run_text.h"

namespace steepest::exchange {
namespace {

using nlohmann::json;

class RunFile {
 public:
  RunFile(std::istream& input, const std::string& name, const Visitor& visitor) : input_(input), visitor_(visitor), place_{name, 0} {}

  void read() {
    header();
    while (!ended_) {
      if (!next_line()) refuse("the file ends here without its last line (\"record\": \"end\"): it was cut");
      const json line = parsed();
      Fields fields(line, place_);
      const std::string kind = fields.text("record");
      if (kind == "study") study(line);
      else if (kind == "run") run(line);
      else if (kind == "end") end(line);
      else fields.refuse("record", "found \"" + kind + "\"", "study, run or end", options::nearest_name(kind, {"study", "run", "end"}));
    }
    if (next_line()) refuse("there is text after the last line (\"record\": \"end\")");
  }

 private:
  [[noreturn]] void refuse(const std::string& problem) const { throw options::InputError({"", problem, "", "", place_.file, place_.line}); }

  bool next_line() {
    ++place_.line;
    if (!std::getline(input_, line_)) return false;
    // Version control may have turned line feeds into the other system's.
    if (!line_.empty() && line_.back() == '\r') line_.pop_back();
    return true;
  }

  json parsed() const {
    try {
      return json::parse(line_);
    } catch (const json::parse_error& error) {
      if (input_.eof()) refuse("the file ends in the middle of this line: it was cut");
      refuse("this line is not JSON (at its byte " + std::to_string(error.byte) + "): it was edited");
    } catch (const json::exception&) { refuse("this line holds a number that no file of runs holds: it was edited"); }
  }

  void add_to_digest() {
    digest_.add(line_.data(), line_.size());
    digest_.add("\n", 1);
  }

  void header() {
    json line;
    if (next_line()) line = json::parse(line_, nullptr, false);
    if (!line.is_object() || line.value("format", json()) != kFormat)
      refuse(std::string("this is no file of runs: its first line does not say \"format\": \"") + kFormat + "\"");
    Fields fields(line, place_);
    fields.text("format");
    const auto version = fields.count("version");
    if (version < 1 || version > kFormatVersion) {
      fields.refuse("version", "found " + std::to_string(version),
                    "1 to " + std::to_string(kFormatVersion) + ", which is what this steepest reads; use the steepest that wrote the file");
    }
    version_ = static_cast<int>(version);
    fields.count("schema");
    fields.done();
    add_to_digest();
  }

  void study(const json& line) {
    if (!last_identity_.empty()) refuse("a study after the runs; studies come first");
    auto record = study_from(line, place_);
    if (!studies_.insert(record.name).second) refuse("the study " + record.name + " was there before");
    visitor_.study(record);
    add_to_digest();
  }

  void run(const json& line) {
    auto record = run_from(line, place_, version_);
    const std::string written = line.at("identity").get<std::string>();  // an older file's runs may have another by now
    if (written <= last_identity_) refuse("the run is out of order; runs come by identity, each once");
    last_identity_ = written;
    for (const auto& tie : record.ties) {
      if (!studies_.count(tie.study)) refuse("the run belongs to the study " + tie.study + ", of which there is no line");
    }
    visitor_.run(std::move(record));
    ++runs_;
    add_to_digest();
  }

  void end(const json& line) {
    Fields fields(line, place_);
    fields.text("record");
    const auto runs = fields.count("runs");
    if (runs != runs_)
      fields.refuse("runs", "found " + std::to_string(runs) + " where " + std::to_string(runs_) + " came before: the file was edited");
    if (fields.digest("sha256") != digest_.hexadecimal())
      fields.refuse("sha256", "is not that of the lines before: one of them was edited");
    fields.done();
    ended_ = true;
  }

  std::istream& input_;
  const Visitor& visitor_;
  Place place_;
  std::string line_, last_identity_;
  std::set<std::string> studies_;
  std::int64_t runs_ = 0;
  int version_ = kFormatVersion;
  bool ended_ = false;
  digest::Sha256 digest_;
};

}  // namespace

void read_runs(std::istream& input, const std::string& name, const Visitor& visitor) { RunFile(input, name, visitor).read(); }

void check_runs(std::istream& input, const std::string& name) {
  read_runs(input, name, {[](const store::StudyRecord&) {}, [](store::RunRecord&&) {}});
}

}  // namespace steepest::exchange
