// run.cpp: see run.h.
#include "run/run.h"

#include <algorithm>

namespace steepest::run {

using options::FieldInfo;

AnyRun read_run(const nlohmann::json& config, options::Absent absent) {
  AnyRun run;
  options::for_each_alternative<AnyRun>([&]<class Kind>() {
    if constexpr (requires { Kind::kSection; }) {
      if (config.is_object() && config.contains(Kind::kSection)) run = Kind();
    }
  });
  std::visit(
      [&]<class Kind>(Kind& chosen) {
        chosen = options::from_json<Kind>(config, "", {}, absent);
        chosen.check();
      },
      run);
  return run;
}

nlohmann::json to_json(const AnyRun& run) {
  return std::visit([](const auto& chosen) { return options::to_json(chosen); }, run);
}

std::int64_t seed(const AnyRun& run) {
  return std::visit([](const auto& chosen) { return chosen.seed; }, run);
}

std::int64_t steps(const AnyRun& run) {
  return std::visit([](const auto& chosen) { return chosen.steps(); }, run);
}

double flops(const AnyRun& run) {
  return std::visit([](const auto& chosen) { return chosen.flops(); }, run);
}

std::vector<FieldInfo> schema() {
  std::vector<FieldInfo> rows;
  options::for_each_alternative<AnyRun>([&]<class Kind>() {
    const std::size_t before = rows.size();
    for (FieldInfo& row : options::schema<Kind>()) {
      const auto end = rows.begin() + static_cast<std::ptrdiff_t>(before);
      if (std::any_of(rows.begin(), end, [&](const FieldInfo& known) { return known.key == row.key; })) continue;  // `seed`, say
      if (before > 0) row.help = std::string(Kind::kName) + ": " + row.help;
      rows.push_back(std::move(row));
    }
  });
  return rows;
}

}  // namespace steepest::run
