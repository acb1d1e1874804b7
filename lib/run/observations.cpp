// observations.cpp: see observations.h.
#include "run/observations.h"

#include <algorithm>
#include <numeric>

namespace steepest::run {

Observations observations(const AnyRun& run) {
  return std::visit([](const auto& chosen) { return options::observations(chosen); }, run);
}

bool is_observation(const std::string& key) {
  static const Observations of_training = observations(TrainingRun{}), of_flow = observations(FlowRun{});
  return of_training.count(key) > 0 || of_flow.count(key) > 0;
}

bool covers(const Observations& stored, const Observations& asked) {
  return std::all_of(asked.begin(), asked.end(), [&](const auto& item) {
    const auto& [key, every] = item;
    const auto found = stored.find(key);
    if (found == stored.end()) return false;
    return every == 0 || (found->second > 0 && every % found->second == 0);
  });
}

Observations merged(const Observations& stored, const Observations& asked) {
  Observations result = stored;
  for (const auto& [key, every] : asked) {
    const auto [known, fresh] = result.try_emplace(key, every);
    if (!fresh) known->second = std::gcd(known->second, every);  // gcd(0, n) is n
  }
  return result;
}

nlohmann::json with_observations(nlohmann::json config, const Observations& observations) {
  for (const auto& [key, every] : observations) {
    std::string pointer = "/" + key;
    std::replace(pointer.begin(), pointer.end(), '.', '/');
    config[nlohmann::json::json_pointer(pointer)] = every;
  }
  return config;
}

}  // namespace steepest::run
