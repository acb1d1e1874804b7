// yaml_text.cpp: see yaml_text.h.
#include "yaml_text.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "hydra/yaml_scalar.h"

namespace steepest::app {
namespace {

using nlohmann::json;

/// Whether YAML reads `text` back as the same text without quotes. Rather too few than too many.
bool is_plain(const std::string& text) {
  static constexpr std::array<std::string_view, 12> kWords{"true", "false", "null", "yes", "no",  "on",
                                                           "off",  "y",     "n",    "nan", "inf", "none"};
  std::string lower = text;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (text.empty() || std::find(kWords.begin(), kWords.end(), lower) != kWords.end()) return false;
  if (!std::isalpha(static_cast<unsigned char>(text[0]))) return false;
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-' || c == '.' || c == '/'; });
}

std::string scalar(const json& value) {
  if (value.is_string())
    return is_plain(value.get<std::string>()) ? value.get<std::string>() : hydra::quoted_scalar(value.get<std::string>());
  return value.dump(-1, ' ', false, json::error_handler_t::replace);  // JSON's quoted text is YAML's too
}

std::string inline_text(const json& value) {
  if (!value.is_array()) return value.is_object() ? "{}" : scalar(value);
  std::string text;
  for (const auto& item : value) text += (text.empty() ? "" : ", ") + inline_text(item);
  return "[" + text + "]";
}

void write(const json& tree, const std::string& path, const std::string& indent,
           const std::function<std::string(const std::string&)>& remark, std::string& text) {
  for (const auto& [name, value] : tree.items()) {
    const std::string key = path.empty() ? name : path + "." + name;
    text += indent + scalar(json(name)) + ":";
    if (value.is_object() && !value.empty()) {
      text += "\n";
      write(value, key, indent + "  ", remark, text);
      continue;
    }
    text += " " + inline_text(value);
    if (remark) {
      if (const std::string note = remark(key); !note.empty()) text += "  # " + note;
    }
    text += "\n";
  }
}

}  // namespace

std::string yaml_text(const json& tree, const std::function<std::string(const std::string&)>& remark) {
  std::string text;
  write(tree, "", "", remark, text);
  return text;
}

}  // namespace steepest::app
