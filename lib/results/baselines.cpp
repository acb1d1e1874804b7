// baselines.cpp: see baselines.h.
#include "results/baselines.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "options/error.h"
#include "options/valid_text.h"
#include "results/label.h"

namespace steepest::results {
namespace {

using options::InputError;

/// The values that the cells have at `key`, each once, in order.
std::vector<nlohmann::json> values_at(const std::vector<nlohmann::json>& cells, const std::string& key) {
  std::set<nlohmann::json> values;
  for (const auto& cell : cells) {
    if (cell.contains(key)) values.insert(cell.at(key));
  }
  return {values.begin(), values.end()};
}

/// The value that `text` means: 0.1 and 1e-1 are one, "dense" is rank 0.
const nlohmann::json* value_named(const std::vector<nlohmann::json>& values, const std::string& key, const std::string& text) {
  const auto parsed = nlohmann::json::parse(text, nullptr, false);
  for (const auto& value : values) {
    if (value == parsed || value_text(value) == text || value_label(key, value) == text) return &value;
  }
  return nullptr;
}

nlohmann::json replacement(const std::vector<nlohmann::json>& cells, const std::vector<std::string>& words, const std::string& asked_in) {
  std::set<std::string> known;
  for (const auto& cell : cells) {
    for (const auto& [key, value] : cell.items()) known.insert(key);
  }
  const std::vector<std::string> keys(known.begin(), known.end());
  nlohmann::json result = nlohmann::json::object();
  for (const auto& word : words) {
    const auto equals = word.find('=');
    if (equals == std::string::npos) {
      throw InputError({asked_in, "found \"" + word + "\"", "KEY=VALUE with a swept key: " + options::list_text(keys),
                        options::nearest_name(word, keys), "", 0});
    }
    const std::string key = word.substr(0, equals), text = word.substr(equals + 1);
    if (known.count(key) == 0) {
      throw InputError(
          {asked_in, "the study does not sweep \"" + key + "\"", options::list_text(keys), options::nearest_name(key, keys), "", 0});
    }
    const auto values = values_at(cells, key);
    const auto* value = value_named(values, key, text);
    if (value == nullptr) {
      std::vector<std::string> texts;
      for (const auto& candidate : values) texts.push_back(value_text(candidate));
      throw InputError({asked_in + " " + key, "no cell has the value \"" + text + "\"", options::list_text(texts),
                        options::nearest_name(text, texts), "", 0});
    }
    result[key] = *value;
  }
  return result;
}

/// Sets of keys that cells have and in which all replaced keys are, the largest first. Cells of one study may differ in their keys: a flow that
/// knows no smoothing has none.
std::vector<std::set<std::string>> shapes_with(const std::vector<nlohmann::json>& cells, const nlohmann::json& replaced) {
  std::set<std::set<std::string>> found;
  for (const auto& cell : cells) {
    std::set<std::string> keys;
    for (const auto& [key, value] : cell.items()) keys.insert(key);
    const auto& items = replaced.items();
    if (std::all_of(items.begin(), items.end(), [&](const auto& item) { return keys.count(item.key()) > 0; })) found.insert(keys);
  }
  std::vector<std::set<std::string>> shapes(found.begin(), found.end());
  std::stable_sort(shapes.begin(), shapes.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return shapes;
}

nlohmann::json reduced(const nlohmann::json& cell, const std::set<std::string>& keys) {
  nlohmann::json result = nlohmann::json::object();
  for (const auto& [key, value] : cell.items()) {
    if (keys.count(key) > 0) result[key] = value;
  }
  return result;
}

}  // namespace

Baselines baselines_against(const std::vector<std::string>& cells, const std::vector<std::string>& words, const std::string& asked_in) {
  std::vector<nlohmann::json> parsed;
  for (const auto& cell : cells) parsed.push_back(nlohmann::json::parse(cell));
  const auto replaced = replacement(parsed, words, asked_in);
  const auto shapes = shapes_with(parsed, replaced);
  const std::set<std::string> there(cells.begin(), cells.end());
  Baselines baselines;
  bool any = false;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    auto cell = parsed[i];
    cell.update(replaced);
    for (const auto& shape : shapes) {
      const std::string text = reduced(cell, shape).dump();
      if (there.count(text) == 0) continue;
      baselines[cells[i]] = text;
      any = any || text != cells[i];
      break;
    }
  }
  if (!any) {
    throw InputError(
        asked_in + ": with " + options::list_text(words) + " in place of its own no cell is another cell of the study; its cells: " +
        options::list_text({cells.begin(), cells.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(cells.size(), 5))}) +
        (cells.size() > 5 ? ", ..." : ""));
  }
  return baselines;
}

}  // namespace steepest::results
