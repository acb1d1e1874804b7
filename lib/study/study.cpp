// study.cpp: every run of a study composed, checked and given its identity, before the first one starts.
#include "study/study.h"

#include <algorithm>
#include <functional>
#include <map>

#include "hydra/config_files.h"
#include "hydra/override_grammar.h"
#include "run/identity.h"
#include "run/matching.h"
#include "run/numerics.h"
#include "run/run.h"
#include "study/study_file.h"
#include "study/study_name.h"

namespace steepest::study {
namespace {

bool assigns(const hydra::Override& override) { return override.value && override.kind != hydra::Override::Kind::remove; }

bool is_of_seeds(const hydra::Override& override) { return assigns(override) && override.place() == "seed"; }

Axis* axis_of(const hydra::Override& override, Grid& grid) {
  const auto found =
      std::find_if(grid.begin(), grid.end(), [&](const Axis& axis) { return assigns(override) && axis.key == override.place(); });
  return found == grid.end() ? nullptr : &*found;
}

/// Whether an override chooses from the study's own grid or seeds, or extends them.
bool is_of_grid(const hydra::Override& override, StudyFile& study) {
  return is_of_seeds(override) || std::any_of(study.grids.begin(), study.grids.end(), [&](Grid& grid) { return axis_of(override, grid); });
}

/// Lets the user's overrides speak last: one of a swept key replaces its values, one that sweeps becomes an axis.
void apply_user_overrides(const std::vector<hydra::Override>& overrides, const hydra::Composer& composer, StudyFile& study) {
  for (const auto& override : overrides) {
    const bool sweeps = assigns(override) && override.is_sweep();
    const Axis axis = assigns(override) ? hydra::make_axis(override, &composer) : Axis{};
    if (is_of_seeds(override)) {
      study.seeds = axis;
      for (Grid& grid : study.grids) std::erase_if(grid, [](const Axis& own) { return own.key == "seed"; });
      continue;
    }
    bool swept = false;
    for (Grid& grid : study.grids) {
      Axis* known = axis_of(override, grid);
      if (known) known->values = axis.values;
      else if (sweeps) grid.push_back(axis);
      swept = swept || known || sweeps;
    }
    if (!swept) study.overrides.push_back(override);
  }
}

bool can_be_named(const std::string& study) {
  return study.find('=') == std::string::npos && study.find_first_of("~-") != 0 && !study.empty();
}

std::vector<std::string> swept_keys(const StudyFile& study) {
  std::vector<std::string> keys;
  for (const Grid& grid : study.grids) {
    for (const Axis& axis : grid) {
      if (axis.key != "seed" && std::find(keys.begin(), keys.end(), axis.key) == keys.end()) keys.push_back(axis.key);
    }
  }
  return keys;
}

/// Value of a swept key in a run as it was asked for: the chosen option of a group, or the validated value.
nlohmann::json cell_value(const std::string& key, const hydra::Composed& composed, const nlohmann::json& config) {
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

PlannedRun plan_run(const hydra::Composer& composer, const std::vector<hydra::Override>& overrides, const std::vector<std::string>& keys,
                    const run::Completion& complete) {
  const hydra::Composed composed = composer.compose(overrides);
  PlannedRun run;
  nlohmann::json asked;
  try {
    run::AnyRun options = run::read_run(composed.tree);
    run::complete_inputs(options, complete);
    asked = run::to_json(options);
    run::match_steps(options, complete);
    run.config = run::to_json(options);
    run.seed = run::seed(options);
    run.flops = run::flops(options);
    run.identity = run::identity(options);
    run.family = run::identity_but_for_seed(options);
    run.numerics = run::numerics(options);
    run.observations = run::observations(options);
    run.work = run::workload(options, run.flops);
  } catch (const options::InputError& error) { throw composed.locate(error); }
  run.cell = nlohmann::json::object();
  for (const std::string& key : keys) run.cell[key] = cell_value(key, composed, asked);
  return run;
}

/// The complaint about one combination of a sweep: what was chosen beside the key that it is about. The last of `overrides` are the axes' values.
options::InputError of_combination(const options::InputError& error, const Grid& axes, const std::vector<hydra::Override>& overrides) {
  auto parts = error.parts();
  std::string chosen;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i].values.size() < 2 || axes[i].key == "seed" || axes[i].key == parts.key) continue;
    chosen += (chosen.empty() ? ", with " : " ") + overrides[overrides.size() - axes.size() + i].text();
  }
  parts.problem += chosen;
  return options::InputError(parts);
}

/// The runs of a study, of one identity once; stops early where `wanted` returns false for one.
std::vector<PlannedRun> plan_runs(const hydra::Composer& composer, const StudyFile& file, const run::Completion& complete,
                                  const std::function<bool(std::size_t, const PlannedRun&)>& wanted = {}) {
  std::vector<PlannedRun> runs;
  const std::vector<std::string> keys = swept_keys(file);
  std::map<std::string, std::size_t> places;  // by identity
  for (Grid grid : file.grids) {
    const auto own = std::stable_partition(grid.begin(), grid.end(), [](const Axis& axis) { return axis.key != "seed"; });
    if (own == grid.end() && !file.seeds.values.empty()) grid.push_back(file.seeds);
    const bool whole = hydra::for_each_combination(grid, file.overrides, [&](const std::vector<hydra::Override>& run_overrides) {
      try {
        PlannedRun run = plan_run(composer, run_overrides, keys, complete);
        const auto [place, fresh] = places.try_emplace(run.identity, runs.size());
        if (!fresh) {  // two that differ by how often they are looked at are one run, which serves both
          auto& known = runs[place->second];
          known.observations = run::merged(known.observations, run.observations);
          known.config = run::with_observations(known.config, known.observations);
          known.work = run::workload(run::read_run(known.config), known.flops);
          return true;
        }
        if (wanted && !wanted(runs.size(), run)) return false;
        runs.push_back(std::move(run));
        return true;
      } catch (const options::InputError& error) { throw of_combination(error, grid, run_overrides); }
    });
    if (!whole) break;
  }
  return runs;
}

/// The runs that `file` asks for, if they are the same as `runs`; otherwise empty. Most often the first one tells.
std::vector<PlannedRun> if_equal(const hydra::Composer& composer, const StudyFile& file, const run::Completion& complete,
                                 const std::vector<PlannedRun>& runs) {
  try {
    auto own = plan_runs(composer, file, complete, [&](std::size_t place, const PlannedRun& run) {
      return place < runs.size() && runs[place].identity == run.identity && runs[place].observations == run.observations;
    });
    if (own.size() == runs.size()) return own;
  } catch (const options::InputError&) {
    // Without the overrides it cannot be run at all.
  }
  return {};
}

/// A study of overrides alone. More seeds of the same are the same study.
Study study_of_overrides(const hydra::Composer& composer, const std::string& scale, const std::vector<hydra::Override>& overrides,
                         const run::Completion& complete) {
  StudyFile file;
  file.grids = {Grid{}};
  file.seeds = {"seed", {}};
  std::vector<hydra::Override> but_seeds = overrides;
  std::erase_if(but_seeds, is_of_seeds);
  const std::vector<std::string> named = canonical_overrides(but_seeds);
  apply_user_overrides(overrides, composer, file);
  const bool other_root = composer.root() != hydra::kDefaultRoot;
  std::string front = other_root ? composer.root() : "";
  if (named.empty()) front += front.empty() ? "default" : " default";
  const auto files = study_names(composer);
  if (std::find(files.begin(), files.end(), front) != files.end()) front += " runs";  // the name of a file is the file's
  Study study{study_name(front, named), front, scale, {}, plan_runs(composer, file, complete)};
  for (const auto& line : named) study.title += (study.title.empty() ? "" : " ") + line;
  nlohmann::json asked = named;
  if (other_root) asked.insert(asked.begin(), {"--config-name", composer.root()});
  study.definition = {{"title", study.title}, {"asked", asked}};
  return study;
}

}  // namespace

hydra::Composer experiments(const std::filesystem::path& directory) { return hydra::Composer(directory, {"study", "claims"}); }

std::vector<std::string> study_names(const hydra::Composer& composer) {
  std::vector<std::string> names = composer.files().list("study", false);
  std::erase_if(names, [](const std::string& name) { return !can_be_named(name); });
  return names;
}

std::vector<std::string> misnamed_studies(const hydra::Composer& composer) {
  std::vector<std::string> names = composer.files().list("study", false);
  std::erase_if(names, can_be_named);
  return names;
}

Study load_study(const hydra::Composer& from, const std::string& name, const std::string& scale, const std::vector<std::string>& lines,
                 const run::Completion& complete) {
  const std::vector<hydra::Override> overrides = hydra::parse_overrides(lines);
  if (name.empty()) return study_of_overrides(from, scale, overrides, complete);
  hydra::Composer composer = from;
  StudyFile file = read_study(composer, name, scale);
  if (!file.config_name.empty()) composer = from.rooted_at(file.config_name, "config_name", file.config_name_source);
  std::vector<hydra::Override> of_grid, beside;
  for (const auto& override : overrides) (is_of_grid(override, file) ? of_grid : beside).push_back(override);

  StudyFile own = file;
  apply_user_overrides(of_grid, composer, own);
  apply_user_overrides(overrides, composer, file);
  Study study{name, file.title, scale, file.definition, plan_runs(composer, file, complete), overrides.empty()};
  if (beside.empty()) return study;
  if (auto runs = if_equal(composer, own, complete, study.runs); !runs.empty()) {  // they say what the study says anyway
    study.runs = std::move(runs);
    return study;
  }
  const std::vector<std::string> others = canonical_overrides(beside);
  study.name = study_name(name, others);
  nlohmann::json asked = others;
  asked.insert(asked.begin(), name);
  study.definition["asked"] = asked;
  if (!study.title.empty()) {
    for (const auto& line : others) study.title += (&line == &others.front() ? ", with " : " ") + line;
    study.definition["title"] = study.title;
  }
  return study;
}

}  // namespace steepest::study
