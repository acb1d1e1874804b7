// components.cpp: see components.h.
#include "run/components.h"

#include "options/json.h"
#include "run/top_options.h"

namespace steepest::run {
namespace {

/// A component is called after its options' kName or, where they have none, after the section.
template <class T>
std::string name_of(const std::string& section) {
  if constexpr (requires { T::kName; }) return T::kName;
  else return section;
}

class Collector {
 public:
  explicit Collector(std::string prefix = "") : prefix_(std::move(prefix)) {}

  template <class T>
  void top(const T& options) {
    const std::string section = prefix_.empty() ? "" : prefix_.substr(0, prefix_.size() - 1);
    found.push_back({section, "", 1, options::deviations(options)});
  }
  template <class T>
  void section(const std::string& section, const T& options) {
    found.push_back({prefix_ + section, name_of<T>(section), options::numerics_of<T>(), options::deviations(options)});
  }
  void optimizer(const std::string& section, const optim::AnyOptions& options) {
    const auto [name, version] = std::visit(
        [](const auto& chosen) {
          using T = std::decay_t<decltype(chosen)>;
          return std::pair<std::string, int>(T::kName, options::numerics_of<T>());
        },
        options);
    found.push_back({prefix_ + section, name, version, options::any_deviations(options)});
  }
  /// What a run and its base have alike.
  template <class Run>
  void training(const Run& run) {
    top(top_of(run));
    optimizer("optimizer", run.optimizer);
    optimizer("embedding_optimizer", run.embedding_optimizer);
    section("data", run.data);
    section("schedule", run.schedule);
    section("training", run.training);
  }

  std::vector<Component> found;

 private:
  std::string prefix_;
};

std::vector<Component> parts(const TrainingRun& run) {
  Collector whole;
  whole.training(run);
  whole.section("model", run.model);
  if (!run.base) return std::move(whole.found);
  Collector base("base.");
  base.training(*run.base);
  whole.found.insert(whole.found.end(), base.found.begin(), base.found.end());
  return std::move(whole.found);
}

std::vector<Component> parts(const FlowRun& run) {
  Collector whole;
  whole.top(top_of(run));
  whole.section("flow", run.flow);
  whole.section("problem", run.problem);
  return std::move(whole.found);
}

template <class... T>
void add_optimizers(nlohmann::json& versions, const std::variant<T...>*) {
  ((versions[T::kName] = options::numerics_of<T>()), ...);
}

}  // namespace

std::vector<Component> components(const AnyRun& run) {
  return std::visit([](const auto& chosen) { return parts(chosen); }, run);
}

const nlohmann::json& current_versions() {
  static const nlohmann::json kVersions = [] {
    nlohmann::json versions = nlohmann::json::object();
    for (const AnyRun& run : {AnyRun(TrainingRun()), AnyRun(FlowRun())}) {
      for (const auto& part : components(run)) {
        if (!part.name.empty()) versions[part.name] = part.version;
      }
    }
    add_optimizers(versions, static_cast<const optim::AnyOptions*>(nullptr));
    return versions;
  }();
  return kVersions;
}

}  // namespace steepest::run
