// study_file.cpp: title, question, extends, config_name, overrides, sweep, variations, seeds, scales, report.
#include "study/study_file.h"

#include <algorithm>

#include "hydra/config_files.h"
#include "hydra/override_grammar.h"
#include "options/valid_text.h"
#include "study/file_error.h"
#include "study/report_section.h"
#include "study/study.h"
#include "study/sweep_section.h"

namespace steepest::study {
namespace {

using options::InputError;

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

/// What the file says at its top, or one scale on top of it: overrides are added, the others replaced.
void read_part(const hydra::Node& map, const std::string& path, const hydra::Composer& composer, StudyFile& study) {
  const auto key = [&](const char* name) { return path.empty() ? name : path + "." + name; };
  if (const hydra::Node* node = map.find("overrides")) read_overrides(*node, key("overrides"), study.overrides);
  if (const hydra::Node* node = map.find("sweep")) {
    auto [grids, beyond] = read_sweep(*node, key("sweep"), composer);
    study.grids = std::move(grids), study.beyond = std::move(beyond);
  }
  if (const hydra::Node* node = map.find("variations")) study.variations = read_variations(*node, key("variations"), composer);
  if (const hydra::Node* node = map.find("seeds")) study.seeds = read_seeds(*node, key("seeds"));
}

std::string text_of(const hydra::Node& file, const char* name) {
  const hydra::Node* node = file.find(name);
  if (!node) return {};
  if (!node->is_string()) fail(*node, name, "found " + options::quoted(node->to_json()) + ", which is not text", "text");
  return node->text();
}

/// The parsed file of a study. Throws with `origin` as the place where the study is asked for.
const hydra::Node& load_file(const hydra::Composer& composer, const std::string& folder, const std::string& name, const std::string& key,
                             const hydra::Source& origin) {
  const std::vector<std::string> names = folder == kFolder ? study_names(composer) : composer.files().list(folder, false);
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    throw InputError({key, "there is no " + folder + " " + options::quoted(name), options::one_of_text(names),
                      options::nearest_name(name, names), origin.file, origin.line, origin.column});
  }
  const hydra::Node& file = composer.files().load(folder + "/" + name)->tree;
  if (file.is_map() && file.entries.empty())
    fail(file, "", "holds nothing", "a study: sweep, overrides, seeds, ..., or extends with another study's name");
  check_keys(file, "", {"title", "question", "extends", "config_name", "overrides", "sweep", "variations", "seeds", "scales", "report"});
  if (const hydra::Node* section = file.find("report")) check_report_section(*section);
  if (const hydra::Node* all = file.find("scales")) {
    check_keys(*all, "scales", all->keys());
    for (const auto& [scale, part] : all->entries) {
      if (!part.is_null()) check_keys(part, "scales." + scale, {"overrides", "sweep", "variations", "seeds"});
    }
  }
  return file;
}

/// The study's file, and before it the one that it extends.
std::vector<const hydra::Node*> load_files(const hydra::Composer& composer, const std::string& folder, const std::string& name) {
  const hydra::Node& own = load_file(composer, folder, name, folder, {});
  const hydra::Node* extends = own.find("extends");
  if (!extends) return {&own};
  const hydra::Node& base = load_file(composer, folder, text_of(own, "extends"), "extends", extends->origin.source());
  if (base.find("extends"))
    fail(*extends, "extends", "study " + extends->text() + " extends another one itself", "a study that extends none");
  return {&base, &own};
}

/// What grows is judged as the report judges it.
void check_growth(const StudyFile& study) {
  if (study.beyond.empty()) return;
  const auto report = best_rate_report(study.definition);
  for (const auto& [grid, rate, source] : study.beyond) {
    const auto complaint = [&, &key = rate, &at = source](const std::string& problem, const std::string& valid) {
      return InputError({key, problem, valid, "", at.file, at.line, at.column});
    };
    if (!report) throw complaint("grows, and no report says which rate is best", "report: {kind: best_rate, rate: " + rate + "}");
    if (rate != report->rate) throw complaint("grows, and the rate of the report is " + report->rate, "grow: true at that key alone");
  }
}

}  // namespace

StudyFile read_study(const hydra::Composer& composer, const std::string& name, const std::string& scale, const std::string& folder) {
  const std::string shown = composer.files().shown(folder + "/" + name);
  StudyFile study;
  study.grids = {Grid{}};
  study.seeds = {"seed", {hydra::make_override("seed", 0, {shown, 0})}};
  study.definition = nlohmann::json::object();
  std::vector<std::string> scales = {"quick"};
  hydra::Source listed{shown, 0};
  bool known = scale == "quick";
  for (const hydra::Node* file : load_files(composer, folder, name)) {
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
    throw InputError({"scale", folder + " " + name + " has no scale " + options::quoted(scale), options::one_of_text(scales),
                      options::nearest_name(scale, scales), listed.file, listed.line, listed.column});
  }
  vary(study);
  check_growth(study);
  return study;
}

}  // namespace steepest::study
