// sweep_section.cpp: see sweep_section.h.
#include "study/sweep_section.h"

#include <algorithm>
#include <optional>

#include "hydra/override_grammar.h"
#include "hydra/value_lexer.h"
#include "options/error.h"
#include "options/valid_text.h"
#include "study/file_error.h"
#include "study/rate_range.h"

namespace steepest::study {
namespace {

using options::InputError;

constexpr std::int64_t kMostSeeds = 100000;

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

}  // namespace

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

namespace {

bool has_axis(const Grid& grid, const std::string& key) {
  return std::any_of(grid.begin(), grid.end(), [&](const Axis& axis) { return axis.key == key; });
}

/// Gives the grid this axis, in the place of the one of its key where it has one.
void replace(Grid& grid, Axis axis) {
  const auto known = std::find_if(grid.begin(), grid.end(), [&](const Axis& other) { return other.key == axis.key; });
  if (known == grid.end()) grid.push_back(std::move(axis));
  else known->values = std::move(axis.values);
}

Axis axis_over(const std::string& key, const std::vector<double>& rates, const hydra::Source& source) {
  Axis axis{key, {}};
  for (const double rate : rates) axis.values.push_back(hydra::make_override(key, rate, source));
  return axis;
}

/// `beyond`: where a grid that grows is put.
Grid read_grid(const hydra::Node& map, const std::string& path, const hydra::Composer& composer, std::vector<GrowingGrid>& beyond) {
  if (!map.is_map()) fail(map, path, "found " + options::quoted(map.to_json()), "keys with their values, e.g. {model.rank: [2, 8]}");
  Grid grid;
  std::optional<std::pair<Axis, hydra::Source>> growing;
  for (const auto& [key, value] : map.entries) {
    if (key == "seed") fail(value, path + ".seed", "seeds are not swept", "seeds: 6, beside sweep: or in one of its grids");
    if (key == "seeds") {
      grid.push_back(read_seeds(value, path + ".seeds"));
      continue;
    }
    const hydra::Source source = value.origin.source();
    Axis axis{hydra::make_override(key, nullptr, source).place(), {}};
    if (is_rate_range(value)) {
      const RateRange range = read_rate_range(value, path + "." + key);
      axis = axis_over(axis.key, range.rates, source);
      if (!range.beyond.empty() && growing) fail(value, path + "." + key, "two keys of one grid grow", "grow: true at one of them");
      if (!range.beyond.empty()) growing = {axis_over(axis.key, range.beyond, source), source};
    } else if (value.is_list()) {
      for (const hydra::Node& item : value.items) add_values(key, item, composer, axis);
    } else {
      add_values(key, value, composer, axis);
    }
    if (axis.values.empty()) fail(value, path + "." + key, "a sweep over nothing", "at least one value");
    grid.push_back(std::move(axis));
  }
  if (growing) {
    auto& [axis, source] = *growing;
    beyond.push_back({grid, axis.key, source});
    replace(beyond.back().grid, std::move(axis));
  }
  return grid;
}

}  // namespace

Sweep read_sweep(const hydra::Node& node, const std::string& path, const hydra::Composer& composer) {
  Sweep sweep;
  const auto add = [&](const hydra::Node& item) { sweep.grids.push_back(read_grid(item, path, composer, sweep.beyond)); };
  if (node.is_list()) std::for_each(node.items.begin(), node.items.end(), add);
  else add(node);
  if (sweep.grids.empty()) fail(node, path, "a sweep over nothing", "at least one grid of keys and values");
  return sweep;
}

std::vector<Grid> read_variations(const hydra::Node& node, const std::string& path, const hydra::Composer& composer) {
  if (!node.is_list())
    fail(node, path, "found " + options::quoted(node.to_json()), "a list of keys with their values, e.g. [{model.heads: 1}]");
  std::vector<Grid> variations;
  std::vector<GrowingGrid> beyond;
  for (const hydra::Node& item : node.items) {
    variations.push_back(read_grid(item, path, composer, beyond));
    if (!beyond.empty()) fail(item, path + "." + beyond.front().rate, "a variation does not grow", "grow: true in a grid of the sweep");
  }
  return variations;
}

void vary(StudyFile& study) {
  const auto grids = study.grids;
  const auto beyond = study.beyond;
  for (const Grid& variation : study.variations) {
    for (Grid grid : grids) {
      for (const Axis& axis : variation) replace(grid, axis);
      study.grids.push_back(std::move(grid));
    }
    for (GrowingGrid growing : beyond) {
      if (has_axis(variation, growing.rate)) continue;
      for (const Axis& axis : variation) replace(growing.grid, axis);
      study.beyond.push_back(std::move(growing));
    }
  }
}

}  // namespace steepest::study
