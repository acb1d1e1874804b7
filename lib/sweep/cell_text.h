// cell_text.h: a cell as readers write it.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace steepest::sweep {

/// `model.rank=8 optimizer.learning_rate=0.1`, but for what `usual` has. Nothing left: "(nothing swept)", or of what is usual "(as usual)".
inline std::string cell_text(const nlohmann::json& cell, const nlohmann::json& usual = nlohmann::json::object()) {
  std::string text;
  for (const auto& [key, value] : cell.items()) {
    if (value.is_null() || (usual.contains(key) && usual.at(key) == value)) continue;
    text += (text.empty() ? "" : " ") + key + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
  }
  if (!text.empty()) return text;
  return usual.empty() ? "(nothing swept)" : "(as usual)";
}

/// What at least four fifths of the cells have, where there are more than four keys: what a study changes one at a time.
nlohmann::json usual_values(const std::vector<nlohmann::json>& cells);

}  // namespace steepest::sweep
