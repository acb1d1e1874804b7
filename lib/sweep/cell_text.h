// cell_text.h: a cell as readers write it.
#pragma once
#include <nlohmann/json.hpp>
#include <string>

namespace steepest::sweep {

/// `model.rank=8 optimizer.learning_rate=0.1`. Empty cell: "(nothing swept)".
inline std::string cell_text(const nlohmann::json& cell) {
  std::string text;
  for (const auto& [key, value] : cell.items()) {
    text += (text.empty() ? "" : " ") + key + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
  }
  return text.empty() ? "(nothing swept)" : text;
}

}  // namespace steepest::sweep
