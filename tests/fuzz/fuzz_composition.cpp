// fuzz_composition.cpp: any bytes as a folder of YAML files and overrides. They compose or are refused by an InputError, and
// the composed tree, written as a file and composed again, is the same.
// The input: parts separated by the byte 0x1e; first the overrides, a line each, then the files, each after a line with its name.
#include <cmath>
#include <cstdint>
#include <sstream>

#include "hydra/composer.h"
#include "hydra/folder.h"
#include "hydra/yaml_scalar.h"
#include "property.h"

namespace {

using namespace steepest;
using nlohmann::json;
using Files = std::map<std::string, std::string>;

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

json compose(const Files& files, const std::vector<std::string>& overrides) {
  return hydra::Composer(std::make_unique<hydra::MemoryFolder>(files), "folder").compose(overrides).tree;
}

/// Text that stands for itself: backslashes before `${` are doubled, and one more takes its meaning away.
std::string literal(const std::string& text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t backslashes = 0;
    while (at + backslashes < text.size() && text[at + backslashes] == '\\') ++backslashes;
    const bool opens = text.compare(at + backslashes, 2, "${") == 0;
    result.append(opens ? 2 * backslashes + 1 : backslashes, '\\');
    at += backslashes;
    if (at < text.size()) result += text[at++];
  }
  return result;
}

/// The tree as YAML's flow style: JSON, with the numbers that JSON lacks.
std::string yaml(const json& value) {
  if (value.is_string()) return hydra::quoted_scalar(literal(value.get<std::string>()));
  if (value.is_number_float() && std::isnan(value.get<double>())) return ".nan";
  if (value.is_number_float() && std::isinf(value.get<double>())) return value.get<double>() < 0 ? "-.inf" : ".inf";
  if (value.is_primitive()) return value.dump();
  std::string text;
  for (const auto& item : value.items()) {
    text += (text.empty() ? "" : ", ") + (value.is_object() ? hydra::quoted_scalar(item.key()) + ": " : "") + yaml(item.value());
  }
  return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

/// `???` as plain text and a key `defaults` can be composed, but not written down.
bool writable(const json& value) {
  if (value.is_string()) return value.get<std::string>() != "???";
  if (value.is_primitive()) return true;
  for (const json& item : value) {
    if (!writable(item)) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::string> parts = split(std::string(reinterpret_cast<const char*>(data), size), '\x1e');
  Files files;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::size_t end = std::min(parts[i].find('\n'), parts[i].size());
    files[parts[i].substr(0, end)] = parts[i].substr(std::min(end + 1, parts[i].size()));
  }
  json tree;
  try {
    tree = compose(files, parts.empty() ? std::vector<std::string>() : split(parts[0], '\n'));
  } catch (const options::InputError&) { return 0; }
  if (!writable(tree) || tree.contains("defaults")) return 0;
  const std::string text = yaml(tree);
  try {
    fuzz::demand_same(tree, compose({{"config.yaml", text}}, {}), text);
  } catch (const options::InputError& error) { fuzz::demand_same(tree, error.what(), text); }
  return 0;
}
