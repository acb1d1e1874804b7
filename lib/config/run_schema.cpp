// run_schema.cpp: the sections of a run and the option struct behind each.
#include "config/run_schema.h"

#include "config/run_checks.h"
#include "model/transformer_shapes.h"
#include "options/valid_text.h"

namespace steepest::config {
namespace {

using experiment::RunOptions;
using nlohmann::json;

/// The keys of a run that stand in no section.
struct Top {
  std::int64_t seed = RunOptions().seed;
  std::string device = RunOptions().device;
  std::string precision = RunOptions().precision;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("seed", seed).at_least(0).help("data order, initialisation and noise are drawn from it, each by a stream of its own"));
    visit(field("device", device).help("cpu, cuda, or cuda:N"));
    visit(field("precision", precision).one_of({"float32", "float64"}).help("type of parameters and activations"));
  }
};

const std::vector<std::string> kSections = {"model", "optimizer", "embedding_optimizer", "data", "schedule", "training"};

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

RunOptions read_run_options(const json& config) {
  if (!config.is_object()) throw options::InputError({"", "found " + options::quoted(config) + " as a configuration", "sections of keys", "", "", 0});
  std::vector<std::string> known = {"seed", "device", "precision"};
  known.insert(known.end(), kSections.begin(), kSections.end());
  json top = json::object();
  for (const auto& item : config.items()) {
    const auto is = [&](const std::string& name) { return name == item.key(); };
    if (std::none_of(known.begin(), known.end(), is)) throw options::unknown_key(item.key(), item.key(), known);
    if (std::none_of(kSections.begin(), kSections.end(), is)) top[item.key()] = item.value();
  }
  const auto section = [&](const char* name) -> const json& {
    const auto found = config.find(name);
    if (found == config.end()) throw options::InputError({name, "this section is missing", "", "", "", 0});
    if (!found->is_object()) {
      const std::string group = name == std::string("embedding_optimizer") ? "optimizer@embedding_optimizer" : name;
      const std::string choice = group == "training" ? "training.KEY=VALUE" : group + "=OPTION chooses a file of the group, " + name + ".KEY=VALUE sets a key";
      throw options::InputError({name, "found " + options::quoted(*found) + ", which is not a section of keys", choice, "", "", 0});
    }
    return *found;
  };
  const Top header = options::from_json<Top>(top, "");
  RunOptions run;
  run.seed = header.seed;
  run.device = header.device;
  run.precision = header.precision;
  run.model = options::from_json<model::TransformerOptions>(section("model"), "model");
  run.optimizer = options::any_from_json<optim::AnyOptions>(section("optimizer"), "optimizer");
  run.embedding_optimizer = options::any_from_json<optim::AnyOptions>(section("embedding_optimizer"), "embedding_optimizer");
  run.data = options::from_json<data::DataOptions>(section("data"), "data");
  run.schedule = options::from_json<experiment::ScheduleOptions>(section("schedule"), "schedule");
  run.training = options::from_json<experiment::TrainingOptions>(section("training"), "training");
  check_run(run);
  return run;
}

json to_json(const RunOptions& run) {
  return {{"seed", run.seed},
          {"device", run.device},
          {"precision", run.precision},
          {"model", options::to_json(run.model)},
          {"optimizer", options::any_to_json(run.optimizer)},
          {"embedding_optimizer", options::any_to_json(run.embedding_optimizer)},
          {"data", options::to_json(run.data)},
          {"schedule", options::to_json(run.schedule)},
          {"training", options::to_json(run.training)}};
}

std::vector<options::FieldInfo> run_schema_table() {
  std::vector<options::FieldInfo> rows;
  const RunOptions standard;
  add_section<Top>("", rows);
  add_section<model::TransformerOptions>("model", rows);
  add_optimizers("optimizer", rows, standard.optimizer);
  add_optimizers("embedding_optimizer", rows, std::variant<optim::AdamWOptions>(std::get<optim::AdamWOptions>(standard.embedding_optimizer)));
  add_section<data::DataOptions>("data", rows);
  add_section<experiment::ScheduleOptions>("schedule", rows);
  add_section<experiment::TrainingOptions>("training", rows);
  return rows;
}

double flops(const RunOptions& run) {
  const auto& training = run.training;
  const double tokens = static_cast<double>(training.batch) * static_cast<double>(training.context) * static_cast<double>(training.steps);
  return tokens * model::training_flops_per_token(run.model, training.context);
}

}  // namespace steepest::config
