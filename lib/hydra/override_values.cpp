// override_values.cpp: the values that an override sweeps over, in order.
#include <cmath>
#include <cstdint>

#include "hydra/override_grammar.h"
#include "hydra/shuffle.h"
#include "options/error.h"

namespace steepest::hydra {
namespace {

constexpr std::size_t kLongestRange = 100000;

#ifdef __SIZEOF_FLOAT128__
__extension__ typedef __float128 Quad;
#else
using Quad = long double;
#endif

/// The nearest decimal number of 28 significant digits, as far as Quad holds it.
Quad round_28_digits(Quad x) {
  if (x == 0) return x;
  Quad scaled = x < 0 ? -x : x, scale = 1;
  const Quad low = static_cast<Quad>(1e9) * static_cast<Quad>(1e9) * static_cast<Quad>(1e9);  // 1e27 exactly; the literal is not
  for (; scaled < low; scaled *= 10) scale *= 10;
  Quad shrink = 1;
  for (; scaled >= low * 10; scaled /= 10) shrink *= 10;
  const Quad half = static_cast<Quad>(0.5);
  // 1e28 < 2^94: the integer part fits into two 64-bit words.
  const Quad word = static_cast<Quad>(4294967296.0) * static_cast<Quad>(4294967296.0);
  const auto upper = static_cast<std::uint64_t>(scaled / word);
  const auto lower = static_cast<std::uint64_t>(scaled - static_cast<Quad>(upper) * word + half);
  const Quad whole = static_cast<Quad>(upper) * word + static_cast<Quad>(lower);
  return (x < 0 ? -whole : whole) / scale * shrink;
}

std::vector<nlohmann::json> in_order(const Override& override) {
  const Value& sweep = override.value;
  const auto fail = [&](const std::string& problem, const std::string& valid = "") {
    throw options::InputError({override.line, problem, valid, "", override.source.file, override.source.line, override.source.column});
  };
  if (sweep.kind == Value::Kind::element) return {sweep.element};
  if (sweep.kind == Value::Kind::interval) fail(kIntervalProblem, kIntervalValid);
  if (sweep.kind != Value::Kind::range) return sweep.values;
  std::vector<nlohmann::json> values;
  const auto check = [&] {
    if (values.size() > kLongestRange) fail("a range of more than " + std::to_string(kLongestRange) + " values");
  };
  if (sweep.start.is_number_integer() && sweep.stop.is_number_integer() && sweep.step.is_number_integer()) {
    const auto stop = sweep.stop.get<std::int64_t>(), step = sweep.step.get<std::int64_t>();
    if (step == 0) fail("a range whose step is 0");
    for (auto x = sweep.start.get<std::int64_t>(); step > 0 ? x < stop : x > stop;) {
      values.emplace_back(x);
      check();
      if (__builtin_add_overflow(x, step, &x)) break;
    }
    return values;
  }
  const double start = sweep.start.get<double>(), stop = sweep.stop.get<double>(), step = sweep.step.get<double>();
  if (step == 0 || !std::isfinite(stop) || !std::isfinite(start) || !std::isfinite(step)) fail("a range whose step is 0 or not finite");
  // Summed in more digits than a double has, as Hydra does with its decimals of 28 digits: errors of the sum stay invisible.
  Quad x = start;
  for (; step > 0 ? x < stop : x > stop; x = round_28_digits(x + step)) {
    values.emplace_back(static_cast<double>(x));
    check();
  }
  return values;
}

}  // namespace

std::vector<nlohmann::json> enumerate(const Override& override) {
  std::vector<nlohmann::json> values = in_order(override);
  if (override.value.shuffled) shuffle_values(values, override.line);
  return values;
}

}  // namespace steepest::hydra
