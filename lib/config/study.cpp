// study.cpp: every run of a study composed, checked and given its identity, before the first one starts.
#include "config/study.h"

#include <algorithm>
#include <set>

#include "config/config_files.h"
#include "config/identity.h"
#include "config/override_grammar.h"
#include "config/run_schema.h"
#include "config/study_file.h"

namespace steepest::config {
namespace {

constexpr std::size_t kMostRuns = 1000000;

/// Lets the user's overrides speak last: one of a swept key replaces its values, one that sweeps becomes an axis.
void apply_user_overrides(const std::vector<std::string>& lines, const Composer& composer, StudyFile& study) {
  for (const std::string& line : lines) {
    const Override override = parse_override(line);
    const bool assigns = override.has_value && override.kind != Override::Kind::remove;
    const Axis axis = assigns ? make_axis(line, override.source, composer) : Axis{};
    if (assigns && axis.key == "seed") {
      study.seeds = axis;
      continue;
    }
    bool swept = false;
    for (Grid& grid : study.grids) {
      const auto known = std::find_if(grid.begin(), grid.end(), [&](const Axis& other) { return assigns && other.key == axis.key; });
      if (known == grid.end()) continue;
      known->values = axis.values;
      swept = true;
    }
    if (override.value.is_sweep()) {
      for (Grid& grid : study.grids) {
        const bool known = std::any_of(grid.begin(), grid.end(), [&](const Axis& other) { return other.key == axis.key; });
        if (!known) grid.push_back(axis);
      }
    } else if (!swept) {
      study.overrides.push_back({line, override.source});
    }
  }
}

bool can_be_named(const std::string& study) {
  return study.find('=') == std::string::npos && study.find_first_of("~-") != 0 && !study.empty();
}

std::vector<std::string> swept_keys(const StudyFile& study) {
  std::vector<std::string> keys;
  for (const Grid& grid : study.grids) {
    for (const Axis& axis : grid) {
      if (std::find(keys.begin(), keys.end(), axis.key) == keys.end()) keys.push_back(axis.key);
    }
  }
  return keys;
}

/// Value of a swept key in a run: the chosen option of a group, or the validated value.
nlohmann::json cell_value(const std::string& key, const Composed& composed, const nlohmann::json& config) {
  const auto choice = composed.choices.find(key);
  if (choice != composed.choices.end()) return choice->second;
  const nlohmann::json* at = &config;
  for (std::size_t start = 0; at && start <= key.size();) {
    const std::size_t dot = std::min(key.find('.', start), key.size());
    const auto found = at->find(key.substr(start, dot - start));
    at = at->is_object() && found != at->end() ? &*found : nullptr;
    start = dot + 1;
  }
  return at ? *at : nlohmann::json();
}

PlannedRun plan_run(const Composer& composer, const std::vector<GivenOverride>& overrides, const std::vector<std::string>& keys,
                    const CompleteCorpus& complete) {
  const Composed composed = composer.compose(overrides);
  PlannedRun run;
  try {
    experiment::AnyRun options = read_run(composed.tree);
    complete_inputs(options, complete);
    run.config = to_json(options);
    run.seed = std::visit([](const auto& chosen) { return chosen.seed; }, options);
    run.flops = flops(options);
  } catch (const options::InputError& error) {
    throw composed.locate(error);
  }
  run.identity = identity(run.config);
  run.cell = nlohmann::json::object();
  for (const std::string& key : keys) run.cell[key] = cell_value(key, composed, run.config);
  return run;
}

/// The complaint about one combination of a sweep: what was chosen beside the key that it is about. The last of `overrides` are the axes' values.
options::InputError of_combination(const options::InputError& error, const Grid& axes, const std::vector<GivenOverride>& overrides) {
  auto parts = error.parts();
  std::string chosen;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i].values.size() < 2 || axes[i].key == "seed" || axes[i].key == parts.key) continue;
    chosen += (chosen.empty() ? ", with " : " ") + overrides[overrides.size() - axes.size() + i].line;
  }
  parts.problem += chosen;
  return options::InputError(parts);
}

/// Calls `visit` with the overrides of every combination, the last axis varying fastest.
template <class Visit>
void for_each_combination(const Grid& axes, std::vector<GivenOverride>& chosen, std::size_t depth, Visit&& visit) {
  if (depth == axes.size()) return visit(chosen);
  for (const GivenOverride& value : axes[depth].values) {
    chosen.push_back(value);
    for_each_combination(axes, chosen, depth + 1, visit);
    chosen.pop_back();
  }
}

}  // namespace

std::vector<std::string> study_names(const Composer& composer) {
  std::vector<std::string> names = composer.files().list("study", false);
  std::erase_if(names, [](const std::string& name) { return !can_be_named(name); });
  return names;
}

std::vector<std::string> misnamed_studies(const Composer& composer) {
  std::vector<std::string> names = composer.files().list("study", false);
  std::erase_if(names, can_be_named);
  return names;
}

Study load_study(const Composer& from, const std::string& name, const std::string& scale, const std::vector<std::string>& overrides,
                 const CompleteCorpus& complete) {
  Composer composer = from;
  StudyFile file;
  if (name.empty()) {
    file.title = "ad hoc";
    file.definition = {{"title", file.title}, {"overrides", overrides}};
    file.grids = {Grid{}};
    file.seeds = {"seed", {}};
  } else {
    file = read_study(composer, name, scale);
    if (!file.config_name.empty()) composer = from.rooted_at(file.config_name, "config_name", file.config_name_source);
  }
  apply_user_overrides(overrides, composer, file);

  Study study{name.empty() ? "ad_hoc" : name, file.title, scale, file.definition, {}};
  const std::vector<std::string> keys = swept_keys(file);
  std::set<std::string> identities;
  for (Grid grid : file.grids) {
    if (!file.seeds.values.empty()) grid.push_back(file.seeds);
    std::size_t count = 1;
    for (const Axis& axis : grid) {
      count *= axis.values.size();
      if (count > kMostRuns) throw options::InputError("a study of more than " + std::to_string(kMostRuns) + " runs");
    }
    std::vector<GivenOverride> chosen = file.overrides;
    for_each_combination(grid, chosen, 0, [&](const std::vector<GivenOverride>& run_overrides) {
      try {
        PlannedRun run = plan_run(composer, run_overrides, keys, complete);
        if (identities.insert(run.identity).second) study.runs.push_back(std::move(run));
      } catch (const options::InputError& error) {
        throw of_combination(error, grid, run_overrides);
      }
    });
  }
  return study;
}

}  // namespace steepest::config
