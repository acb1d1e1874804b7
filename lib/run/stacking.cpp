// stacking.cpp: see stacking.h.
#include "run/stacking.h"

#include <algorithm>

#include "digest/sha256.h"
#include "run/identity.h"

namespace steepest::run {

const std::vector<std::string>& stacked_runs_may_differ() {
  static const std::vector<std::string> kPaths = {"$.seed",
                                                  "$.optimizer.learning_rate",
                                                  "$.optimizer.weight_decay",
                                                  "$.embedding_optimizer.learning_rate",
                                                  "$.embedding_optimizer.weight_decay",
                                                  "$.model.init.factor_scale"};
  return kPaths;
}

bool can_be_stacked(const AnyRun& run) { return std::holds_alternative<TrainingRun>(run); }

std::string stacking_shape(const AnyRun& run) {
  nlohmann::json config = to_json(run);
  for (std::string path : stacked_runs_may_differ()) {
    path = path.substr(1);
    std::replace(path.begin(), path.end(), '.', '/');
    const nlohmann::json::json_pointer place(path);
    if (config.contains(place)) config[place.parent_pointer()].erase(place.back());
  }
  return digest::sha256(canonical_json(config));
}

}  // namespace steepest::run
