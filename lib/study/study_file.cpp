// study_file.cpp: title, question, extends, config_name, overrides, sweep, variations, seeds, scales, report.
#include "study/study_file.h"

#include <algorithm>

#include "hydra/config_files.h"
#include "hydra/override_grammar.h"
#include "hydra/value_lexer.h"
#include "options/json.h"
#include "options/valid_text.h"
#include "study/report_options.h"
#include "study/study.h"

namespace steepest::study {
namespace {

using options::InputError;

constexpr std::int64_t kMostSeeds = 100000;

[[noreturn]] void fail(const hydra::Node& node, const std::string& key, const std::string& problem, const std::string& valid,
                       const std::string& nearest = "") {
  const hydra::Source source = node.origin.source();
  throw InputError({key, problem, valid, nearest, source.file, source.line, source.column});
}

void check_keys(const hydra::Node& map, const std::string& path, const std::vector<std::string>& known) {
  if (!map.is_map())
    fail(map, path, "found " + options::quoted(map.to_json()) + ", which is not a section of keys", options::list_text(known));
  for (const auto& [key, value] : map.entries) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    fail(value, path.empty() ? key : path + "." + key, "unknown key", options::one_of_text(known), options::nearest_name(key, known));
  }
}

void read_overrides(const hydra::Node& list, const std::string& path, std::vector<hydra::Override>& overrides) {
  if (!list.is_list())
    fail(list, path, "found " + options::quoted(list.to_json()) + ", which is not a list",
         "a list of overrides, e.g. [training.steps=256]");
  for (const hydra::Node& item : list.items) {
    if (!item.is_string())
      fail(item, path, "found " + options::quoted(item.to_json()) + ", which is not an override", "text such as training.steps=256");
    overrides.push_back(hydra::parse_override(item.text(), item.origin.source()));
    if (overrides.back().is_sweep())
      fail(item, path, "found " + options::quoted(item.text()) + ", which sweeps", "one value; sweeps stand under sweep:");
  }
}

/// A swept value of the file. Text is read by the override grammar, so that `range(6)` and `2,8,32` sweep.
void add_values(const std::string& key, const hydra::Node& value, const hydra::Composer& composer, Axis& axis) {
  const hydra::Source source = value.origin.source();
  if (value.is_string()) {
    hydra::Override read;
    try {
      read = hydra::parse_override(key + "=" + value.text(), source);
    } catch (const InputError&) {  // text that the grammar would want in quotes
    }
    if (read.is_sweep()) {
      for (auto& one : hydra::make_axis(read, &composer).values) axis.values.push_back(std::move(one));
      return;
    }
  }
  axis.values.push_back(hydra::make_override(key, value.to_json(), source));
}

Axis read_seeds(const hydra::Node& node, const std::string& path) {
  const hydra::Source source = node.origin.source();
  const std::string valid = "a number of seeds, or a list of seeds >= 0";
  const auto integer = [&](const hydra::Node& value) {
    if (!value.is_scalar() || !value.value.is_number_integer() || value.value.get<std::int64_t>() < 0) {
      fail(value, path, "found " + options::quoted(value.to_json()), valid);
    }
    return value.value.get<std::int64_t>();
  };
  Axis seeds{"seed", {}};
  const auto add = [&](std::int64_t seed) { seeds.values.push_back(hydra::make_override("seed", seed, source)); };
  if (node.is_list()) {
    for (const hydra::Node& item : node.items) add(integer(item));
  } else {
    const std::int64_t count = integer(node);
    if (count > kMostSeeds) fail(node, path, "found " + std::to_string(count) + " seeds", "at most " + std::to_string(kMostSeeds));
    for (std::int64_t seed = 0; seed < count; ++seed) add(seed);
  }
  if (seeds.values.empty()) fail(node, path, "found no seed", valid);
  return seeds;
}

Grid read_grid(const hydra::Node& map, const std::string& path, const hydra::Composer& composer) {
  if (!map.is_map()) fail(map, path, "found " + options::quoted(map.to_json()), "keys with their values, e.g. {model.rank: [2, 8]}");
  Grid grid;
  for (const auto& [key, value] : map.entries) {
    if (key == "seed") fail(value, path + ".seed", "seeds are not swept", "seeds: 6, beside sweep: or in one of its grids");
    if (key == "seeds") {
      grid.push_back(read_seeds(value, path + ".seeds"));
      continue;
    }
    Axis axis{hydra::make_override(key, nullptr, value.origin.source()).place(), {}};
    if (value.is_list()) {
      for (const hydra::Node& item : value.items) add_values(key, item, composer, axis);
    } else {
      add_values(key, value, composer, axis);
    }
    if (axis.values.empty()) fail(value, path + "." + key, "a sweep over nothing", "at least one value");
    grid.push_back(std::move(axis));
  }
  return grid;
}

std::vector<Grid> read_sweep(const hydra::Node& node, const std::string& path, const hydra::Composer& composer) {
  if (!node.is_list()) return {read_grid(node, path, composer)};
  std::vector<Grid> grids;
  for (const hydra::Node& item : node.items) grids.push_back(read_grid(item, path, composer));
  if (grids.empty()) fail(node, path, "a sweep over nothing", "at least one grid of keys and values");
  return grids;
}

std::vector<Grid> read_variations(const hydra::Node& node, const std::string& path, const hydra::Composer& composer) {
  if (!node.is_list())
    fail(node, path, "found " + options::quoted(node.to_json()), "a list of keys with their values, e.g. [{model.heads: 1}]");
  std::vector<Grid> variations;
  for (const hydra::Node& item : node.items) variations.push_back(read_grid(item, path, composer));
  return variations;
}

/// The grids as they stand, and once more with each variation, whose values take the place of the grid's.
std::vector<Grid> varied(const std::vector<Grid>& grids, const std::vector<Grid>& variations) {
  std::vector<Grid> all = grids;
  for (const Grid& variation : variations) {
    for (Grid grid : grids) {
      for (const Axis& axis : variation) {
        const auto known = std::find_if(grid.begin(), grid.end(), [&](const Axis& other) { return other.key == axis.key; });
        if (known == grid.end()) grid.push_back(axis);
        else known->values = axis.values;
      }
      all.push_back(std::move(grid));
    }
  }
  return all;
}

/// What the file says at its top, or one scale on top of it: overrides are added, the others replaced.
void read_part(const hydra::Node& map, const std::string& path, const hydra::Composer& composer, StudyFile& study) {
  const auto key = [&](const char* name) { return path.empty() ? name : path + "." + name; };
  if (const hydra::Node* node = map.find("overrides")) read_overrides(*node, key("overrides"), study.overrides);
  if (const hydra::Node* node = map.find("sweep")) study.grids = read_sweep(*node, key("sweep"), composer);
  if (const hydra::Node* node = map.find("variations")) study.variations = read_variations(*node, key("variations"), composer);
  if (const hydra::Node* node = map.find("seeds")) study.seeds = read_seeds(*node, key("seeds"));
}

std::string text_of(const hydra::Node& file, const char* name) {
  const hydra::Node* node = file.find(name);
  if (!node) return {};
  if (!node->is_string()) fail(*node, name, "found " + options::quoted(node->to_json()) + ", which is not text", "text");
  return node->text();
}

/// The keys of a kind of report; complaints lead to where the key stands. A baseline may be a number, such as a rank.
template <class Options>
Options check_report_of(const hydra::Node& section) {
  nlohmann::json keys = section.to_json();
  if (const auto baseline = keys.find("baseline");
      std::is_same_v<Options, BestRateOptions> && baseline != keys.end() && baseline->is_number()) {
    *baseline = baseline->dump();
  }
  try {
    return options::from_json<Options>(keys, "report", kReportKeys);
  } catch (const InputError& error) {
    const std::string key = error.parts().key.substr(error.parts().key.rfind('.') + 1);
    const hydra::Node* at = section.find(key);
    const hydra::Source source = (at ? *at : section).origin.source();
    throw error.at(source.file, source.line, source.column);
  }
}

void check_report(const hydra::Node& section) {
  check_keys(section, "report", section.keys());
  const std::vector<std::string> kinds = {BestRateOptions::kName, PairedShiftOptions::kName, CostCurveOptions::kName,
                                          ModeArrivalOptions::kName};
  const hydra::Node* kind = section.find("kind");
  if (!kind) fail(section, "report.kind", "this key is missing", options::one_of_text(kinds));
  const std::string name = kind->is_string() ? kind->text() : "";
  if (name == BestRateOptions::kName) {
    check_report_of<BestRateOptions>(section);
    return;
  }
  if (name == CostCurveOptions::kName) {
    check_report_of<CostCurveOptions>(section);
    return;
  }
  if (name == PairedShiftOptions::kName) {
    if (!section.find("shift")) fail(section, "report.shift", "this key is missing", "the swept key whose change is judged");
    check_report_of<PairedShiftOptions>(section);
    return;
  }
  if (name == ModeArrivalOptions::kName) {
    const bool fits = is_window(check_report_of<ModeArrivalOptions>(section).rate_window);
    if (const hydra::Node* window = section.find("rate_window"); window && !fits)
      fail(*window, "report.rate_window", "found " + options::quoted(window->to_json()), "a list of two numbers, the smaller first");
    return;
  }
  fail(*kind, "report.kind", "found " + options::quoted(kind->to_json()), options::one_of_text(kinds), options::nearest_name(name, kinds));
}

/// The parsed file of a study. Throws with `origin` as the place where the study is asked for.
const hydra::Node& load_file(const hydra::Composer& composer, const std::string& name, const std::string& key,
                             const hydra::Source& origin) {
  const std::vector<std::string> names = study_names(composer);
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    throw InputError({key, "there is no study " + options::quoted(name), options::one_of_text(names), options::nearest_name(name, names),
                      origin.file, origin.line, origin.column});
  }
  const hydra::Node& file = composer.files().load("study/" + name)->tree;
  if (file.is_map() && file.entries.empty())
    fail(file, "", "holds nothing", "a study: sweep, overrides, seeds, ..., or extends with another study's name");
  check_keys(file, "", {"title", "question", "extends", "config_name", "overrides", "sweep", "variations", "seeds", "scales", "report"});
  if (const hydra::Node* section = file.find("report")) check_report(*section);
  if (const hydra::Node* all = file.find("scales")) {
    check_keys(*all, "scales", all->keys());
    for (const auto& [scale, part] : all->entries) {
      if (!part.is_null()) check_keys(part, "scales." + scale, {"overrides", "sweep", "variations", "seeds"});
    }
  }
  return file;
}

/// The study's file, and before it the one that it extends.
std::vector<const hydra::Node*> load_files(const hydra::Composer& composer, const std::string& name) {
  const hydra::Node& own = load_file(composer, name, "study", {});
  const hydra::Node* extends = own.find("extends");
  if (!extends) return {&own};
  const hydra::Node& base = load_file(composer, text_of(own, "extends"), "extends", extends->origin.source());
  if (base.find("extends"))
    fail(*extends, "extends", "study " + extends->text() + " extends another one itself", "a study that extends none");
  return {&base, &own};
}

}  // namespace

StudyFile read_study(const hydra::Composer& composer, const std::string& name, const std::string& scale) {
  StudyFile study;
  study.grids = {Grid{}};
  study.seeds = {"seed", {hydra::make_override("seed", 0, {composer.files().shown("study/" + name), 0})}};
  study.definition = nlohmann::json::object();
  std::vector<std::string> scales = {"quick"};
  hydra::Source listed{composer.files().shown("study/" + name), 0};
  bool known = scale == "quick";
  for (const hydra::Node* file : load_files(composer, name)) {
    if (file->find("title")) study.title = text_of(*file, "title");
    text_of(*file, "question");
    if (const hydra::Node* root = file->find("config_name")) {
      study.config_name = text_of(*file, "config_name");
      study.config_name_source = root->origin.source();
    }
    const nlohmann::json definition = file->to_json();
    study.definition.update(definition);
    read_part(*file, "", composer, study);
    const hydra::Node* all = file->find("scales");
    if (!all) continue;
    listed = all->origin.source();
    for (const std::string& key : all->keys()) {
      if (std::find(scales.begin(), scales.end(), key) == scales.end()) scales.push_back(key);
    }
    const hydra::Node* part = all->find(scale);
    known = known || part;
    if (part && part->is_map()) read_part(*part, "scales." + scale, composer, study);
  }
  if (!known) {
    throw InputError({"scale", "study " + name + " has no scale " + options::quoted(scale), options::one_of_text(scales),
                      options::nearest_name(scale, scales), listed.file, listed.line, listed.column});
  }
  study.grids = varied(study.grids, study.variations);
  return study;
}

}  // namespace steepest::study
