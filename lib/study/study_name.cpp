// study_name.cpp: see study_name.h.
#include "study/study_name.h"

#include <algorithm>
#include <utility>

#include "digest/sha256.h"
#include "hydra/override_grammar.h"
#include "hydra/value_lexer.h"

namespace steepest::study {
namespace {

/// A value without quotes where it reads back as the same without them.
std::string shortest(const nlohmann::json& value) {
  if (!value.is_string()) return hydra::spell(value);
  const auto& text = value.get_ref<const std::string&>();
  try {
    const hydra::Override bare = hydra::parse_override("key=" + text);
    const auto* element = std::get_if<hydra::Element>(&*bare.value);
    if (element && element->json == value && !element->quoted) return text;
  } catch (const options::InputError&) {
    // It needs its quotes.
  }
  return hydra::spell(value);
}

/// Folders are known by what they hold; where they lie is nothing that a name, which is stored, should tell.
nlohmann::json without_folders(const std::string& key, const nlohmann::json& value) {
  if (!value.is_string() || (key != "base.path" && key != "base.adapter")) return value;
  std::string path = value.get<std::string>();
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path.substr(path.rfind('/') + 1);
}

std::string canonical(const hydra::Override& override) {
  if (!override.value) return override.key_text();
  const std::string place = override.place();
  std::string text;
  if (const auto* json = override.json()) {
    text = shortest(without_folders(place, *json));
  } else if (const auto* choice = std::get_if<hydra::Choice>(&*override.value); choice && !choice->shuffled) {
    for (const auto& item : choice->values) text += (text.empty() ? "" : ",") + shortest(without_folders(place, item));
  } else {
    text = override.line.substr(override.line.find('=') + 1);  // a range, say: its values may be many
  }
  return override.key_text() + "=" + text;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

/// At most so many bytes, and no part of a character.
std::string cut(const std::string& text, std::size_t most) {
  while (most > 0 && most < text.size() && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  return text.substr(0, most);
}

}  // namespace

std::vector<std::string> canonical_overrides(const std::vector<hydra::Override>& given) {
  std::vector<hydra::Override> overrides;
  for (const auto& override : given) {
    std::erase_if(overrides, [&](const hydra::Override& other) { return other.key_text() == override.key_text(); });
    overrides.push_back(override);
  }
  // Stable: `+a=1 ++a=2` is not `++a=2 +a=1`.
  const auto place = [](const hydra::Override& override) { return std::pair(override.key, override.package.value_or("")); };
  std::stable_sort(overrides.begin(), overrides.end(),
                   [&](const hydra::Override& a, const hydra::Override& b) { return place(a) < place(b); });
  std::vector<std::string> texts;
  for (const auto& override : overrides) texts.push_back(canonical(override));
  return texts;
}

std::string study_name(const std::string& front, const std::vector<std::string>& overrides) {
  const std::string all = joined(overrides), before = front + (front.empty() || all.empty() ? "" : " ");
  if (all.size() <= kLongestName) return before + all;
  constexpr const char* kMore = " ... ";
  const std::string hash = digest::sha256(before + all).substr(0, 8);
  const std::size_t room = kLongestName - std::string(kMore).size() - hash.size();
  std::string shown;
  for (const auto& override : overrides) {
    const std::string longer = shown + (shown.empty() ? "" : " ") + override;
    if (longer.size() > room) break;
    shown = longer;
  }
  return before + (shown.empty() ? cut(all, room) : shown) + kMore + hash;
}

}  // namespace steepest::study
