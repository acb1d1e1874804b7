// run_from_text.cpp: lines as records again; nothing is believed that can be checked.
#include <algorithm>

#include "exchange/renewal.h"
#include "exchange/run_text.h"
#include "run/identity.h"
#include "run/numerics.h"
#include "run/run.h"
#include "store/json_number.h"

namespace steepest::exchange {
namespace {

using nlohmann::json;

/// A step of a curve: whole, not negative and after the one before.
std::int64_t next_step(const Fields& fields, const std::string& key, const json& step, std::int64_t before) {
  if (!step.is_number_integer() || step.get<std::int64_t>() <= before)
    fields.refuse(key, "found the step " + step.dump() + (before >= 0 ? " after " + std::to_string(before) : ""),
                  "whole numbers that grow");
  return step.get<std::int64_t>();
}

double value_of(const Fields& fields, const std::string& key, const json& value) {
  const auto number = store::number_of(value);
  if (!number) fields.refuse(key, "found " + value.dump(), R"(a number, null, "Infinity" or "-Infinity")");
  return *number;
}

const json& list_of_pairs(const Fields& fields, const std::string& key, const json& list, const char* valid) {
  const auto pair = [](const json& item) { return item.is_array() && item.size() == 2; };
  if (!list.is_array() || !std::all_of(list.begin(), list.end(), pair)) fields.refuse(key, "found something else", valid);
  return list;
}

std::vector<store::MetricRow> metrics_from(Fields& fields) {
  std::vector<store::MetricRow> rows;
  for (const auto& [name, curve] : fields.object("metrics").items()) {
    const std::string key = "metrics." + name;
    std::int64_t step = -1;
    for (const json& point : list_of_pairs(fields, key, curve, "a list of [step, value]")) {
      step = next_step(fields, key, point[0], step);
      rows.push_back({name, step, value_of(fields, key, point[1])});
    }
  }
  return rows;
}

std::vector<store::SpectrumRow> spectra_from(Fields& fields) {
  std::vector<store::SpectrumRow> rows;
  for (const auto& [matrix, steps] : fields.object("spectra").items()) {
    const std::string key = "spectra." + matrix;
    std::int64_t step = -1;
    for (const json& point : list_of_pairs(fields, key, steps, "a list of [step, [value, ...]]")) {
      step = next_step(fields, key, point[0], step);
      if (!point[1].is_array()) fields.refuse(key, "found " + point[1].dump(), "a list of values");
      int position = 0;
      for (const json& value : point[1]) rows.push_back({matrix, step, position++, value_of(fields, key, value)});
    }
  }
  return rows;
}

std::vector<store::TieRecord> ties_from(Fields& fields, const Place& place) {
  std::vector<store::TieRecord> ties;
  for (const json& item : fields.array("ties")) {
    Fields tie(item, place);
    ties.push_back({tie.text("study"), tie.text("scale"), tie.value("cell"), tie.count("ordinal")});
    tie.done();
  }
  return ties;
}

[[noreturn]] void refuse_identity(const Fields& fields, const std::string& found, const std::string& own) {
  fields.refuse("identity",
                "found " + found.substr(0, 12) + "..., but its config and numerics give " + own.substr(0, 12) + "...: the line was edited");
}

/// A run of the days when the suite had one version: it is known now as a database of those days would be upgraded.
void renew(const Fields& fields, store::RunRecord& run, int suite_version) {
  const std::string own = run::former_identity(run.config, suite_version);
  if (own != run.identity) refuse_identity(fields, run.identity, own);
  auto renewed = exchange::renewed(run.identity, run.config, suite_version);
  run.identity = renewed.identity;
  run.family = renewed.family;
  run.numerics = renewed.numerics;
  run.observes = renewed.observes;
  if (renewed.flops) run.flops = *renewed.flops;
  if (run.status == store::RunStatus::completed) run.steps = run.step;
}

/// What the configuration says, whose identity must be the line's.
void identify(const Fields& fields, store::RunRecord& run) {
  try {
    if (run.numerics.contains("suite")) return renew(fields, run, run.numerics.at("suite").get<int>());
    const auto options = run::read_run(run.config, options::Absent::neutral);
    const std::string own = run::identity(options, run.numerics);
    if (own != run.identity) refuse_identity(fields, run.identity, own);
    run.family = run::identity_but_for_seed(options, run.numerics);
    run.observes = run::observations(options);
    run.steps = run::steps(options);
  } catch (const json::exception&) {
    fields.refuse("config", "is no configuration of a run: the line was edited");
  } catch (const options::InputError& error) {
    if (!error.parts().file.empty()) throw;
    fields.refuse("config." + error.parts().key, error.parts().problem, error.parts().valid, error.parts().nearest);
  }
}

using Statuses = std::vector<store::RunStatus>;

store::RunStatus status_from(Fields& fields, const Statuses& valid) {
  const std::string name = fields.text("status");
  std::vector<std::string> names;
  std::string text;
  for (const auto status : valid) {
    names.push_back(store::to_string(status));
    if (name == names.back()) return status;
    text += (text.empty() ? "" : " or ") + names.back();
  }
  fields.refuse("status", "found \"" + name + "\"", text, options::nearest_name(name, names));
}

store::RunRecord record_from(const json& line, const Place& place, int version, const Statuses& valid) {
  Fields fields(line, place);
  fields.value("record");
  store::RunRecord run;
  run.identity = fields.digest("identity");
  if (version < 3) run.numerics = run::numerics_of_suite(static_cast<int>(fields.count("numerics_version")));
  else run.numerics = fields.object("numerics");
  run.seed = fields.integer("seed");
  run.status = status_from(fields, valid);
  run.step = fields.count("step");
  run.diverged_step = fields.count_or_null("diverged_step");
  if ((run.status == store::RunStatus::diverged) != run.diverged_step.has_value())
    fields.refuse("diverged_step", "does not go with the status", "a step of a diverged run, null of a completed one");
  if (!fields.value("parameter_hash").is_null()) run.parameter_hash = fields.text("parameter_hash");
  run.flops = fields.size("flops");
  run.seconds = fields.size_or_null("seconds");
  if (version >= 2) {  // before, `seconds` held all three
    run.validation_seconds = fields.size_or_null("validation_seconds");
    run.waiting_seconds = fields.size_or_null("waiting_seconds");
  }
  run.attempts = static_cast<int>(fields.count("attempts"));
  if (line.contains("stacked")) run.stacked = fields.count("stacked");
  run.created_at = fields.time("created_at");
  run.started_at = fields.time_or_null("started_at");
  run.finished_at = fields.time_or_null("finished_at");
  run.ties = ties_from(fields, place);
  run.environment = fields.value("environment");
  run.config = fields.object("config");
  identify(fields, run);
  run.metrics = metrics_from(fields);
  run.spectra = spectra_from(fields);
  fields.done();
  return run;
}

}  // namespace

store::StudyRecord study_from(const json& line, const Place& place) {
  Fields fields(line, place);
  fields.value("record");
  store::StudyRecord study{fields.text("name"), fields.text("title"), fields.value("definition")};
  fields.done();
  return study;
}

store::RunRecord run_from(const json& line, const Place& place, int version) {
  return record_from(line, place, version, {store::RunStatus::completed, store::RunStatus::diverged});
}

store::RunRecord unfinished_run_from(const json& line, const Place& place) {
  return record_from(line, place, kFormatVersion, {store::RunStatus::interrupted});
}

}  // namespace steepest::exchange
