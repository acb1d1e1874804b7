// override.cpp: see override.h.
#include "hydra/override.h"

#include "hydra/value_lexer.h"

namespace steepest::hydra {

const nlohmann::json* Override::json() const {
  const Element* element = value ? std::get_if<Element>(&*value) : nullptr;
  return element ? &element->json : nullptr;
}

std::string Override::key_text() const {
  static constexpr const char* kPrefix[] = {"", "+", "++", "~"};
  return kPrefix[static_cast<int>(kind)] + place();
}

std::string Override::text() const {
  if (!line.empty()) return line;
  return key_text() + (json() ? "=" + spell(*json()) : "");
}

Override Override::with(nlohmann::json one) const { return {kind, key, package, Element{std::move(one)}, "", source}; }

options::InputError Override::error(const std::string& problem, const std::string& valid) const {
  return options::InputError({text(), problem, valid, "", source.file, source.line, source.column});
}

}  // namespace steepest::hydra
