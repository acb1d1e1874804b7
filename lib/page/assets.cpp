// assets.cpp: see assets.h.
#include "page/assets.h"

#include "page/embedded.h"

namespace steepest::page {

namespace {

bool takes_off(std::string_view& line, std::string_view word) {
  if (line.substr(0, word.size()) != word) return false;
  line.remove_prefix(word.size());
  return true;
}

/// Of "function name(" or "const name =".
std::string name_of(std::string_view line) {
  takes_off(line, "async ");
  for (const auto word : {"function ", "const ", "let "}) {
    if (takes_off(line, word)) break;
  }
  return std::string(line.substr(0, line.find_first_of(" (=")));
}

}  // namespace

std::string as_scope(std::string_view module) {
  std::string text, names;
  while (!module.empty()) {
    const auto end = module.find('\n');
    auto line = module.substr(0, end == std::string_view::npos ? module.size() : end + 1);
    module.remove_prefix(line.size());
    if (takes_off(line, "import ")) continue;
    if (takes_off(line, "export ")) names += (names.empty() ? "" : ", ") + name_of(line);
    text += line;
  }
  return "const {" + names + "} = (() => {\n" + text + "return {" + names + "};\n})();\n";
}

std::string_view template_text() { return embedded_template(); }
std::string_view style_text() { return embedded_style(); }

const std::string& program_text() {
  static const std::string text = [] {
    std::string all;
    for (const auto module : embedded_modules()) all += as_scope(module);
    return all;
  }();
  return text;
}

}  // namespace steepest::page
