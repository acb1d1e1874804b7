// sweep.cpp: overrides with several values each, multiplied out as Hydra's basic sweeper does.
#include <algorithm>

#include "hydra/composer.h"
#include "hydra/glob.h"
#include "hydra/override_grammar.h"
#include "hydra/value_lexer.h"

namespace steepest::hydra {
namespace {

constexpr std::size_t kMostCombinations = 1000000;

struct SweptKey { std::string key; std::vector<std::string> spellings; };

std::vector<std::string> options_matching(const Value& glob, const Override& override, const Composer* composer) {
  std::vector<std::string> names;
  if (!composer) throw options::InputError({override.line, "glob() needs a group", "", "", "command line", 0});
  const auto matches = [](const std::string& name, const std::vector<std::string>& patterns) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) { return glob_matches(pattern, name); });
  };
  for (const std::string& name : composer->options(override.key)) {
    if (matches(name, glob.include) && !matches(name, glob.exclude)) names.push_back(name);
  }
  return names;
}

SweptKey axis_of(const std::string& line, const Composer* composer) {
  const Override override = parse_override(line);
  SweptKey axis{override.key_text(), {}};
  if (!override.value.is_sweep()) {
    axis.spellings = {line};
    return axis;
  }
  if (override.value.kind == Value::Kind::glob) {
    for (const std::string& name : options_matching(override.value, override, composer)) axis.spellings.push_back(axis.key + "=" + name);
  } else {
    for (const auto& value : enumerate(override)) axis.spellings.push_back(axis.key + "=" + spell(value));
  }
  if (axis.spellings.empty()) throw options::InputError({line, "a sweep over nothing", "", "", "command line", 0});
  return axis;
}

}  // namespace

std::vector<std::vector<std::string>> expand_sweeps(const std::vector<std::string>& overrides, const Composer* composer) {
  std::vector<SweptKey> axes;
  std::size_t total = 1;
  for (const std::string& line : overrides) {
    SweptKey axis = axis_of(line, composer);
    const auto known = std::find_if(axes.begin(), axes.end(), [&](const SweptKey& other) { return other.key == axis.key; });
    if (known != axes.end()) *known = std::move(axis);
    else axes.push_back(std::move(axis));
  }
  for (const SweptKey& axis : axes) {
    total *= axis.spellings.size();
    if (total > kMostCombinations) throw options::InputError("a sweep of more than " + std::to_string(kMostCombinations) + " combinations");
  }
  std::vector<std::vector<std::string>> combinations = {{}};
  for (const SweptKey& axis : axes) {
    std::vector<std::vector<std::string>> longer;
    longer.reserve(combinations.size() * axis.spellings.size());
    for (const auto& combination : combinations) {
      for (const std::string& spelling : axis.spellings) {
        longer.push_back(combination);
        longer.back().push_back(spelling);
      }
    }
    combinations = std::move(longer);
  }
  return combinations;
}

}  // namespace steepest::hydra
