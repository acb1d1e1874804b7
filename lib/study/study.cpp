// study.cpp: a study from its file, or from overrides alone, with what the user's overrides make of it.
#include "study/study.h"

#include <algorithm>

#include "hydra/config_files.h"
#include "hydra/override_grammar.h"
#include "study/plan_runs.h"
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

/// Lets the user's overrides speak last: one of a swept key replaces its values, one that sweeps becomes an axis. Rates that the user names
/// do not grow.
void apply_user_overrides(const std::vector<hydra::Override>& overrides, const hydra::Composer& composer, StudyFile& study) {
  std::erase_if(study.beyond, [&](const GrowingGrid& growing) {
    return std::any_of(overrides.begin(), overrides.end(), [&](const auto& own) { return assigns(own) && own.place() == growing.rate; });
  });
  std::vector<Grid*> grids;
  for (Grid& grid : study.grids) grids.push_back(&grid);
  for (GrowingGrid& growing : study.beyond) grids.push_back(&growing.grid);
  for (const auto& override : overrides) {
    const bool sweeps = assigns(override) && override.is_sweep();
    const Axis axis = assigns(override) ? hydra::make_axis(override, &composer) : Axis{};
    if (is_of_seeds(override)) {
      study.seeds = axis;
      for (Grid* grid : grids) std::erase_if(*grid, [](const Axis& own) { return own.key == "seed"; });
      continue;
    }
    bool swept = false;
    for (Grid* grid : grids) {
      Axis* known = axis_of(override, *grid);
      if (known) known->values = axis.values;
      else if (sweeps) grid->push_back(axis);
      swept = swept || known || sweeps;
    }
    if (!swept) study.overrides.push_back(override);
  }
}

bool can_be_named(const std::string& study) {
  return study.find('=') == std::string::npos && study.find_first_of("~-") != 0 && !study.empty();
}

/// The runs that `file` asks for, if they are the same as `runs`; otherwise empty. Most often the first one tells.
std::vector<PlannedRun> if_equal(const hydra::Composer& composer, const StudyFile& file, const run::Completion& complete,
                                 const std::vector<PlannedRun>& runs) {
  try {
    auto own = plan_runs(composer, file, swept_keys(file), complete, [&](std::size_t place, const PlannedRun& run) {
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
  Study study{study_name(front, named), front, scale, {}, plan_runs(composer, file, swept_keys(file), complete)};
  for (const auto& line : named) study.title += (study.title.empty() ? "" : " ") + line;
  nlohmann::json asked = named;
  if (other_root) asked.insert(asked.begin(), {"--config-name", composer.root()});
  study.definition = {{"title", study.title}, {"asked", asked}};
  return study;
}

}  // namespace

hydra::Composer experiments(const std::filesystem::path& directory) { return hydra::Composer(directory, {kFolder, "claims", "proxy"}); }

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
  Study study{name, file.title, scale, file.definition, plan_runs(composer, file, swept_keys(file), complete), overrides.empty()};
  study.growth = growth_of(composer, file, complete, study.runs);
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
