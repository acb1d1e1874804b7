// sweeper.cpp: see sweeper.h.
#include "hydra/sweeper.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "hydra/composer.h"
#include "hydra/glob.h"
#include "hydra/shuffle.h"

namespace steepest::hydra {
namespace {

constexpr std::size_t kLongestRange = 100000;
constexpr std::size_t kMostCombinations = 1000000;

#ifdef __SIZEOF_FLOAT128__
__extension__ typedef __float128 Wide;
#else
using Wide = long double;
#endif

/// The nearest decimal number of 28 significant digits, as far as Wide holds it. Hydra sums in such decimals, and where a sum nearly
/// cancels, as 0.3 - 0.1 - 0.1 - 0.1 does, their rounding shows.
Wide round_28_digits(Wide x) {
  if (x == 0) return x;
  Wide scaled = x < 0 ? -x : x, scale = 1, shrink = 1;
  const Wide low = static_cast<Wide>(1e9) * static_cast<Wide>(1e9) * static_cast<Wide>(1e9);  // 1e27 exactly; the literal is not
  for (; scaled < low; scaled *= 10) scale *= 10;
  for (; scaled >= low * 10; scaled /= 10) shrink *= 10;
  __extension__ using Integer = unsigned __int128;  // 1e28 < 2^94
  const auto whole = static_cast<Wide>(static_cast<Integer>(scaled + static_cast<Wide>(0.5)));
  return (x < 0 ? -whole : whole) / scale * shrink;
}

using Values = std::vector<nlohmann::json>;

/// start, start + step, ... below stop (above it with a negative step); `next` adds.
template <class Number, class Sum, class Next>
Values steps(const Override& override, Number start, Number stop, Number step, Next next) {
  if (step == 0) throw override.error("a range whose step is 0");
  Values values;
  for (Sum x = start; step > 0 ? x < stop : x > stop; x = next(x)) {
    values.emplace_back(static_cast<Number>(x));
    if (values.size() > kLongestRange) throw override.error("a range of more than " + std::to_string(kLongestRange) + " values");
  }
  return values;
}

Values values_of(const Range& range, const Override& override) {
  if (range.start.is_number_integer() && range.stop.is_number_integer() && range.step.is_number_integer()) {
    __extension__ using Sum = __int128;
    const auto step = range.step.get<std::int64_t>();
    return steps<std::int64_t, Sum>(override, range.start.get<std::int64_t>(), range.stop.get<std::int64_t>(), step,
                                    [&](Sum x) { return x + step; });
  }
  const double start = range.start.get<double>(), stop = range.stop.get<double>(), step = range.step.get<double>();
  if (!std::isfinite(start) || !std::isfinite(stop) || !std::isfinite(step)) throw override.error("a range that is not finite");
  return steps<double, Wide>(override, start, stop, step, [&](Wide x) { return round_28_digits(x + step); });
}

Values values_of(const Glob& glob, const Override& override, const Composer* composer) {
  if (!composer) throw override.error("glob() needs a group");
  const auto matches = [](const std::string& name, const std::vector<std::string>& patterns) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) { return glob_matches(pattern, name); });
  };
  Values names;
  for (const std::string& name : composer->options(override.key)) {
    if (matches(name, glob.include) && !matches(name, glob.exclude)) names.emplace_back(name);
  }
  return names;
}

Values values_of(const Override& override, const Composer* composer) {
  Values values;
  bool shuffled = false;
  if (const auto* choice = std::get_if<Choice>(&*override.value)) values = choice->values, shuffled = choice->shuffled;
  else if (const auto* range = std::get_if<Range>(&*override.value)) values = values_of(*range, override), shuffled = range->shuffled;
  else if (const auto* glob = std::get_if<Glob>(&*override.value)) values = values_of(*glob, override, composer);
  else throw override.error(kIntervalProblem, kIntervalValid);
  if (values.empty()) throw override.error("a sweep over nothing");
  if (shuffled) shuffle_values(values, override.line);
  return values;
}

bool visit_below(const std::vector<Axis>& axes, std::size_t depth, std::vector<Override>& chosen,
                 const std::function<bool(const std::vector<Override>&)>& visit) {
  if (depth == axes.size()) return visit(chosen);
  for (const Override& value : axes[depth].values) {
    chosen.push_back(value);
    const bool goes_on = visit_below(axes, depth + 1, chosen, visit);
    chosen.pop_back();
    if (!goes_on) return false;
  }
  return true;
}

}  // namespace

Axis make_axis(const Override& override, const Composer* composer) {
  Axis axis{override.place(), {}};
  if (!override.is_sweep()) {
    axis.values = {override};
  } else {
    for (auto& value : values_of(override, composer)) axis.values.push_back(override.with(std::move(value)));
  }
  return axis;
}

bool for_each_combination(const std::vector<Axis>& axes, std::vector<Override> chosen,
                          const std::function<bool(const std::vector<Override>&)>& visit) {
  std::size_t count = 1;
  for (const Axis& axis : axes) {
    count *= axis.values.size();
    if (count > kMostCombinations) throw options::InputError("a sweep of more than " + std::to_string(kMostCombinations) + " combinations");
  }
  return visit_below(axes, 0, chosen, visit);
}

std::vector<std::vector<Override>> expand_sweeps(const std::vector<Override>& overrides, const Composer* composer) {
  std::vector<Axis> axes;
  for (const Override& override : overrides) {
    Axis axis = make_axis(override, composer);
    const auto key = override.key_text();
    const auto known = std::find_if(axes.begin(), axes.end(), [&](const Axis& other) { return other.values.front().key_text() == key; });
    if (known != axes.end()) *known = std::move(axis);
    else axes.push_back(std::move(axis));
  }
  std::vector<std::vector<Override>> combinations;
  for_each_combination(axes, {}, [&](const std::vector<Override>& chosen) {
    combinations.push_back(chosen);
    return true;
  });
  return combinations;
}

}  // namespace steepest::hydra
