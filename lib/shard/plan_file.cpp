// plan_file.cpp: see plan_file.h.
#include "shard/plan_file.h"

#include <fstream>

#include "digest/sha256.h"
#include "exchange/fields.h"
#include "exchange/run_text.h"
#include "options/error.h"
#include "output/write_file.h"
#include "run/identity.h"
#include "run/numerics.h"

namespace steepest::shard {
namespace {

using exchange::Fields;
using nlohmann::json;
using options::InputError;

constexpr const char* kPlanFormat = "steepest-plan";

json line_of(const study::PlannedRun& run, std::size_t place) {
  return {{"identity", run.identity}, {"ordinal", run.ordinal.value_or(static_cast<std::int64_t>(place))},
          {"seed", run.seed},         {"cell", run.cell},
          {"flops", run.flops},       {"numerics", run.numerics},
          {"config", run.config}};
}

study::PlannedRun run_of(const json& line, const exchange::Place& place) {
  Fields fields(line, place);
  study::PlannedRun run;
  run.identity = fields.digest("identity");
  run.ordinal = fields.count("ordinal");
  run.seed = fields.integer("seed");
  run.cell = fields.value("cell");
  run.flops = fields.size("flops");
  run.numerics = fields.object("numerics");
  run.config = fields.object("config");
  fields.done();
  const auto options = run::read_run(run.config, options::Absent::neutral);
  if (run::numerics(options) != run.numerics || run::identity(options) != run.identity)
    fields.refuse("identity", "found " + run.identity.substr(0, 12) + "..., which is no run of this program's numerics",
                  "a plan of the same build: install one steepest where every machine sees it");
  run.family = run::identity_but_for_seed(options);
  run.observations = run::observations(options);
  run.work = run::workload(options, run.flops);
  return run;
}

}  // namespace

void write_plan(const std::filesystem::path& file, const study::Study& study) {
  std::string text =
      json{{"format", kPlanFormat},          {"version", 1},        {"study", study.name}, {"title", study.title}, {"scale", study.scale},
           {"definition", study.definition}, {"whole", study.whole}}
          .dump() +
      "\n";
  for (std::size_t i = 0; i < study.runs.size(); ++i) text += line_of(study.runs[i], i).dump() + "\n";
  const auto end = exchange::end_line(static_cast<std::int64_t>(study.runs.size()), digest::sha256(text));
  output::write_file(file.string(), "", [&](std::ostream& stream) { stream << text << end << "\n"; });
}

study::Study read_plan(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw InputError({"", "there is no readable plan " + file.string(), "a folder that this machine sees as well", "", "", 0});
  std::vector<std::string> lines;
  std::string before;
  for (std::string line; std::getline(stream, line);) {
    if (!lines.empty()) before += lines.back() + "\n";
    lines.push_back(line);
  }
  if (lines.size() < 2 || lines.back() != exchange::end_line(static_cast<std::int64_t>(lines.size()) - 2, digest::sha256(before)))
    throw InputError({"", "this plan was edited or cut, or is none", "", "", file.string(), static_cast<int>(lines.size())});
  const json head = json::parse(lines.front());
  Fields fields(head, {file.string(), 1});
  if (const auto format = fields.text("format"); format != kPlanFormat || fields.count("version") != 1)
    fields.refuse("format", "found " + format + " " + head.at("version").dump(), std::string(kPlanFormat) + " 1");
  study::Study study;
  study.name = fields.text("study");
  study.title = fields.text("title");
  study.scale = fields.text("scale");
  study.definition = fields.value("definition");
  study.whole = fields.value("whole").get<bool>();
  fields.done();
  for (std::size_t i = 1; i + 1 < lines.size(); ++i)
    study.runs.push_back(run_of(json::parse(lines[i]), {file.string(), static_cast<int>(i) + 1}));
  return study;
}

}  // namespace steepest::shard
