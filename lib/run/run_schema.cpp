// run_schema.cpp: the sections of a run and the option struct behind each.
#include "run/run_schema.h"

#include <algorithm>

#include "options/valid_text.h"
#include "run/run_checks.h"
#include "run/top_options.h"

namespace steepest::run {
namespace {

using nlohmann::json;
using options::InputError;

/// A map of sections and of keys that stand in none; both are checked against what is known.
class Sections {
 public:
  Sections(const json& config, std::string path, const std::vector<std::string>& keys, const std::vector<std::string>& sections,
           options::Absent absent)
      : config_(config), path_(std::move(path)), absent_(absent) {
    if (!config.is_object()) throw InputError({path_, "found " + options::quoted(config) + " as a configuration", "sections of keys", "", "", 0});
    std::vector<std::string> known = keys;
    known.insert(known.end(), sections.begin(), sections.end());
    const auto in = [](const std::vector<std::string>& names, const std::string& name) { return std::find(names.begin(), names.end(), name) != names.end(); };
    for (const auto& item : config.items()) {
      if (!in(known, item.key())) throw options::unknown_key(dotted(item.key()), item.key(), known);
      if (!in(sections, item.key())) top_[item.key()] = item.value();
    }
  }

  template <class T>
  T top() const { return options::from_json<T>(top_, path_, {}, absent_); }
  template <class T>
  T read(const char* name) const { return options::from_json<T>(section(name), dotted(name), {}, absent_); }
  optim::AnyOptions optimizer(const char* name) const {
    return options::any_from_json<optim::AnyOptions>(section(name), dotted(name), absent_);
  }
  bool has(const char* name) const { return config_.contains(name); }
  const json& raw(const char* name) const { return config_.at(name); }

 private:
  std::string dotted(const std::string& name) const { return path_.empty() ? name : path_ + "." + name; }

  const json& section(const std::string& name) const {
    const auto found = config_.find(name);
    if (found == config_.end()) throw InputError({dotted(name), "this section is missing", "", "", "", 0});
    if (!found->is_object()) {
      const std::string at = path_.empty() ? "" : "@" + dotted(name);
      const std::string group = name == "embedding_optimizer" ? "optimizer@" + dotted(name) : name + at;
      const bool grouped = name != "training" && name != "flow" && name != "problem";
      const std::string choice = grouped ? group + "=OPTION chooses a file of the group, " + dotted(name) + ".KEY=VALUE sets a key" : dotted(name) + ".KEY=VALUE";
      throw InputError({dotted(name), "found " + options::quoted(*found) + ", which is not a section of keys", choice, "", "", 0});
    }
    return *found;
  }

  const json& config_;
  std::string path_;
  options::Absent absent_;
  json top_ = json::object();
};

const std::vector<std::string> kTrainingSections = {"model", "optimizer", "embedding_optimizer", "data", "schedule", "training", "base"};
const std::vector<std::string> kBaseSections = {"optimizer", "embedding_optimizer", "data", "schedule", "training"};

/// What a run and its base have alike.
template <class Run>
void read_common(const Sections& sections, Run& run) {
  run.optimizer = sections.optimizer("optimizer");
  run.embedding_optimizer = sections.optimizer("embedding_optimizer");
  run.data = sections.read<data::DataOptions>("data");
  run.schedule = sections.read<ScheduleOptions>("schedule");
  run.training = sections.read<TrainingOptions>("training");
}

template <class Run>
json common_json(const Run& run) {
  return {{"seed", run.seed},
          {"optimizer", options::any_to_json(run.optimizer)},
          {"embedding_optimizer", options::any_to_json(run.embedding_optimizer)},
          {"data", options::to_json(run.data)},
          {"schedule", options::to_json(run.schedule)},
          {"training", options::to_json(run.training)}};
}

BaseRun read_base(const json& config, options::Absent absent) {
  const Sections sections(config, "base", {"seed", "frozen_tables"}, kBaseSections, absent);
  const auto top = sections.top<BaseTop>();
  BaseRun base;
  base.seed = top.seed;
  base.frozen_tables = top.frozen_tables;
  read_common(sections, base);
  return base;
}

TrainingRun read_training(const json& config, options::Absent absent) {
  const Sections sections(config, "", {"seed", "device", "precision"}, kTrainingSections, absent);
  const auto top = sections.top<TrainingTop>();
  TrainingRun run;
  run.seed = top.seed;
  run.device = top.device;
  run.precision = top.precision;
  run.model = sections.read<model::TransformerOptions>("model");
  read_common(sections, run);
  if (sections.has("base") && !sections.raw("base").is_null()) run.base = read_base(sections.raw("base"), absent);
  check_run(run);
  return run;
}

FlowRun read_flow(const json& config, options::Absent absent) {
  const Sections sections(config, "", {"seed", "precision"}, {"flow", "problem"}, absent);
  const auto top = sections.top<FlowTop>();
  FlowRun run{top.seed, top.precision, sections.read<flow::FlowOptions>("flow"), sections.read<flow::ProblemOptions>("problem")};
  check_run(run);
  return run;
}

json as_json(const TrainingRun& run) {
  json result = common_json(run);
  result["device"] = run.device;
  result["precision"] = run.precision;
  result["model"] = options::to_json(run.model);
  if (run.base) {
    result["base"] = common_json(*run.base);
    result["base"]["frozen_tables"] = run.base->frozen_tables;
  }
  return result;
}

json as_json(const FlowRun& run) {
  return {{"seed", run.seed}, {"precision", run.precision}, {"flow", options::to_json(run.flow)}, {"problem", options::to_json(run.problem)}};
}

template <class T>
void add_section(const std::string& name, std::vector<options::FieldInfo>& rows, const std::string& of = "") {
  for (options::FieldInfo row : options::schema<T>()) {
    row.key = name.empty() ? row.key : name + "." + row.key;
    if (!of.empty()) row.help = of + ": " + row.help;
    rows.push_back(std::move(row));
  }
}

template <class... T>
void add_optimizers(const std::string& name, std::vector<options::FieldInfo>& rows, const std::variant<T...>& standard) {
  const json default_name = options::any_to_json(standard).at("name");
  const std::vector<std::string> names = options::alternative_names<std::variant<T...>>();
  rows.push_back({name + ".name", "text", options::one_of_text(names), "", "which optimizer; chosen with its group", default_name});
  (add_section<T>(name, rows, T::kName), ...);
}

}  // namespace

bool is_flow(const json& config) { return config.is_object() && config.contains("flow"); }

AnyRun read_run(const json& config, options::Absent absent) {
  if (is_flow(config)) return read_flow(config, absent);
  return read_training(config, absent);
}

json to_json(const AnyRun& run) {
  return std::visit([](const auto& chosen) { return as_json(chosen); }, run);
}

std::vector<options::FieldInfo> run_schema_table() {
  std::vector<options::FieldInfo> rows;
  const TrainingRun standard;
  add_section<TrainingTop>("", rows);
  add_section<model::TransformerOptions>("model", rows);
  add_optimizers("optimizer", rows, standard.optimizer);
  add_optimizers("embedding_optimizer", rows, std::variant<optim::AdamWOptions>(std::get<optim::AdamWOptions>(standard.embedding_optimizer)));
  add_section<data::DataOptions>("data", rows);
  add_section<ScheduleOptions>("schedule", rows);
  add_section<TrainingOptions>("training", rows);
  add_section<BaseTop>("base", rows, "fine-tuning");
  for (const char* section : {"optimizer", "embedding_optimizer", "data", "schedule", "training"}) {
    rows.push_back({std::string("base.") + section, "section", std::string("the keys of ") + section, "", "fine-tuning: how the base is trained", json()});
  }
  add_section<flow::FlowOptions>("flow", rows, "flow");
  add_section<flow::ProblemOptions>("problem", rows, "flow");
  return rows;
}

}  // namespace steepest::run
