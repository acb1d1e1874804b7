// words.h: durations and cells as readers write them.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace steepest::sweep {

/// "45 s", "3 min 20 s", "2 h 05 min". Negative or not finite: "?".
std::string duration(double seconds);

/// `model.rank=8 optimizer.learning_rate=0.1`. Empty cell: "(nothing swept)".
std::string cell_text(const nlohmann::json& cell);

}  // namespace steepest::sweep
