// html.cpp: see html.h.
#include "page/html.h"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <sstream>

#include "page/assets.h"
#include "page/packed.h"

namespace steepest::page {
namespace {

namespace fs = std::filesystem;

constexpr std::array kLibraryFiles = {"d3.min.js", "plot.umd.min.js"};

std::optional<std::string> text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return {};
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

/// What would end a script, or begin a comment in it, stands in strings alone, where a backslash changes nothing.
std::string for_script(std::string text) {
  for (const std::string_view mark : {"</script", "</SCRIPT", "<!--"}) {
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += 2) text.insert(at + 1, 1, '\\');
  }
  return text;
}

/// `{{name}}` in the template, each once.
std::string filled(std::string_view text, const std::vector<std::pair<std::string_view, std::string>>& values) {
  std::string result;
  for (;;) {
    const auto begin = text.find("{{"), end = text.find("}}", begin);
    if (begin == std::string_view::npos || end == std::string_view::npos) return result += text;
    result += text.substr(0, begin);
    const auto name = text.substr(begin + 2, end - begin - 2);
    for (const auto& [known, value] : values) {
      if (known == name) result += value;
    }
    text.remove_prefix(end + 2);
  }
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&': result += "&amp;"; break;
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '"': result += "&quot;"; break;
      case '\'': result += "&#39;"; break;
      default: result += c;
    }
  }
  return result;
}

std::string json_text(const nlohmann::ordered_json& value) {
  return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string policy_hash(std::string_view script) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_Digest(script.data(), script.size(), digest.data(), &length, EVP_sha256(), nullptr);
  return "sha256-" + base64({reinterpret_cast<const char*>(digest.data()), length});
}

std::optional<Library> find_library(const std::vector<fs::path>& folders) {
  for (const auto& folder : folders) {
    Library library;
    for (const char* name : kLibraryFiles) {
      if (auto text = text_of(folder / name)) library.push_back(std::move(*text));
    }
    if (library.size() == kLibraryFiles.size()) return library;
  }
  return {};
}

Html html(std::string_view document, const std::optional<Library>& library, const Frame& frame) {
  std::string scripts, hashes;
  const auto add = [&](std::string text, const char* kind) {
    text = for_script(std::move(text));
    hashes += " '" + policy_hash(text) + "'";
    scripts += "<script" + std::string(kind) + ">" + text + "</script>\n";
  };
  for (const auto& text : library.value_or(Library{})) add(text, "");
  add(program_text(), " type=\"module\"");
  const std::string policy = "default-src 'none'; script-src" + hashes + "; style-src 'unsafe-inline'; img-src data: blob:; connect-src " +
                             (frame.live.empty() ? "'none'" : "'self'") + "; base-uri 'none'; form-action 'none'";
  return {filled(template_text(), {{"title", escaped(frame.title)},
                                   {"policy", escaped(policy)},
                                   {"live", escaped(frame.live)},
                                   {"style", std::string(style_text())},
                                   {"data", packed(document)},
                                   {"scripts", scripts}}),
          policy};
}

}  // namespace steepest::page
