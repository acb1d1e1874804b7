// proxy.cpp: see proxy.h.
#include "tune/proxy.h"

#include <algorithm>

#include "hydra/config_files.h"
#include "hydra/override_grammar.h"
#include "options/error.h"
#include "results/label.h"
#include "study/plan_runs.h"
#include "study/report_section.h"
#include "study/study_file.h"
#include "study/study_name.h"

namespace steepest::tune {
namespace {

using options::InputError;
using study::Axis;
using study::Grid;

constexpr const char* kFolder = "proxy";
constexpr const char* kDenseAlone = "a rate is looked for that a dense network takes";
constexpr const char* kWidth = "model.width";
constexpr const char* kLayers = "model.layers";

bool has(const Grid& grid, const std::string& key) {
  return std::any_of(grid.begin(), grid.end(), [&](const Axis& axis) { return axis.key == key; });
}

Axis axis_of(const std::string& key, const std::vector<nlohmann::json>& values, const hydra::Source& source) {
  Axis axis{key, {}};
  for (const auto& value : values) axis.values.push_back(hydra::make_override(key, value, source));
  return axis;
}

/// One proxy: but for the rate, each key of the one grid has one value.
void check(const study::StudyFile& file, const study::BestRateOptions& report, const hydra::Source& source) {
  const auto fails = [&](const std::string& key, const std::string& problem, const std::string& valid) {
    return InputError({key, problem, valid, "", source.file, 0});
  };
  if (file.grids.size() != 1) throw fails("sweep", "a proxy has one grid, without variations", "one section of keys");
  for (const char* key : {report.row.c_str(), report.rate.c_str()}) {
    if (!has(file.grids.front(), key))
      throw fails("sweep", std::string("the grid of a proxy lacks the key ") + key, "its row and its rate");
  }
  for (const Axis& axis : file.grids.front()) {
    if (axis.key != report.rate && axis.key != "seed" && axis.values.size() != 1)
      throw fails("sweep." + axis.key, "found " + std::to_string(axis.values.size()) + " values", "one: a proxy is one network");
  }
}

/// Puts the user's overrides where they belong: seeds, and what the dense network is.
std::vector<hydra::Override> apply(const Asked& asked, const study::BestRateOptions& report, const hydra::Composer& composer,
                                   study::StudyFile& file) {
  std::vector<hydra::Override> network;
  for (const auto& override : hydra::parse_overrides(asked.overrides)) {
    const bool assigns = override.value && override.kind != hydra::Override::Kind::remove;
    if (assigns && override.place() == "seed") {
      file.seeds = hydra::make_axis(override, &composer);
      const auto drop_own = [](Grid& grid) { std::erase_if(grid, [](const Axis& own) { return own.key == "seed"; }); };
      for (Grid& grid : file.grids) drop_own(grid);
      for (auto& growing : file.beyond) drop_own(growing.grid);
      continue;
    }
    if (assigns && override.place() == report.rate) throw override.error("this is what is looked for", "any other key");
    if (assigns && override.place() == report.row) throw override.error(kDenseAlone, "dense, which needs no saying");
    if (override.is_sweep()) throw override.error("several values are several networks", "one value: one dense network");
    network.push_back(override);
    file.overrides.push_back(override);
  }
  return network;
}

study::PlannedRun dense_run(const hydra::Composer& composer, study::StudyFile file, const std::vector<std::string>& keys,
                            const study::BestRateOptions& report, const run::Completion& complete) {
  file.grids = {Grid{}};
  file.seeds.values.resize(1);
  auto run = study::plan_runs(composer, file, keys, complete).front();
  const auto found = run.cell.at(report.row);
  if (report.row == "model.rank" && found != "dense") throw InputError({report.row, "found " + found.dump() + "; " + kDenseAlone, "dense"});
  return run;
}

/// The smallest width that is at least half of it and that the heads divide into an even size; the width itself where that is no less.
std::int64_t half_width(std::int64_t width, std::int64_t heads) {
  const std::int64_t unit = 2 * heads;
  return std::min(width, (width + 2 * unit - 1) / (2 * unit) * unit);
}

/// At least half of them, and two where there are two: rates that are best for one layer are too high for more (study depth_transfer).
std::int64_t half_layers(std::int64_t layers) { return std::max((layers + 1) / 2, std::min<std::int64_t>(layers, 2)); }

/// Gives the proxy its size, where its file says none.
void shrink(Grid& grid, const nlohmann::json& config) {
  const auto& model = config.at("model");
  const hydra::Source source = grid.front().values.front().source;
  const auto put = [&](const char* key, std::int64_t value) {
    if (!has(grid, key)) grid.insert(grid.begin(), axis_of(key, {value}, source));
  };
  put(kLayers, half_layers(model.at("layers").get<std::int64_t>()));
  put(kWidth, half_width(model.at("width").get<std::int64_t>(), model.at("heads").get<std::int64_t>()));
}

/// The dense network in the keys of the proxy's cells.
Grid dense_grid(const study::PlannedRun& dense, const Grid& proxy, const std::string& rate, const std::vector<double>& rates) {
  Grid grid;
  for (const Axis& axis : proxy) {
    if (axis.key == "seed") grid.push_back(axis);
    else if (axis.key == rate) grid.push_back(axis_of(rate, {rates.begin(), rates.end()}, {}));
    else grid.push_back(axis_of(axis.key, {dense.cell.at(axis.key)}, {}));
  }
  return grid;
}

std::string text_of(const nlohmann::json& cell, const std::string& row) {
  std::string text;
  for (const std::string& key : {row, std::string(kWidth), std::string(kLayers)}) {
    if (!cell.contains(key)) continue;
    text += (text.empty() ? "" : ", ") + key.substr(key.rfind('.') + 1) + " " + results::value_label(key, cell.at(key));
  }
  return text;
}

}  // namespace

std::vector<std::string> proxy_names(const hydra::Composer& composer) { return composer.files().list(kFolder, false); }

ProxyStudy proxy_study(const hydra::Composer& composer, const Asked& asked, const std::vector<double>& dense_rates,
                       const run::Completion& complete) {
  study::StudyFile file = study::read_study(composer, asked.proxy, asked.scale, kFolder);
  const hydra::Source source{composer.files().shown(std::string(kFolder) + "/" + asked.proxy), 0};
  const auto report = study::best_rate_report(file.definition);
  if (!report) throw InputError({"report", "a proxy is judged by its best rate", "report: {kind: best_rate}", "", source.file, 0});
  check(file, *report, source);
  const auto network = apply(asked, *report, composer, file);

  auto keys = study::swept_keys(file);
  for (const char* key : {kWidth, kLayers}) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
  }
  const auto dense = dense_run(composer, file, keys, *report, complete);
  const auto& model = dense.config.value("model", nlohmann::json::object());
  if (!model.contains("width") || !model.contains("layers") || !model.contains("heads"))
    throw InputError({"model", "its size cannot be halved: it is that of a checkpoint", "model=transformer"});
  shrink(file.grids.front(), dense.config);
  for (auto& growing : file.beyond) shrink(growing.grid, dense.config);
  const Grid proxy = file.grids.front();
  if (!dense_rates.empty()) file.grids.push_back(dense_grid(dense, proxy, report->rate, dense_rates));

  ProxyStudy result;
  result.dense = dense;
  const auto named = study::canonical_overrides(network);
  const std::string front = asked.proxy == kUsualProxy ? "tune" : "tune " + asked.proxy;
  auto& study = result.study;
  study.name = study::study_name(front, named);
  study.scale = asked.scale;
  study.runs = study::plan_runs(composer, file, study::swept_keys(file), complete);
  study.growth = study::growth_of(composer, file, complete, study.runs);
  result.proxy_text = text_of(study.runs.front().cell, report->row);
  result.dense_text = text_of(dense.cell, report->row);
  study.title = file.title + ", for " + result.dense_text;
  study.definition = file.definition;
  study.definition["title"] = study.title;
  study.definition["command"] = "tune";
  nlohmann::json words = named;
  if (asked.proxy != kUsualProxy) words.insert(words.begin(), {"--proxy", asked.proxy});
  study.definition["asked"] = words;
  study.definition["report"]["baseline"] = results::value_label(report->row, study.runs.front().cell.at(report->row));
  return result;
}

}  // namespace steepest::tune
