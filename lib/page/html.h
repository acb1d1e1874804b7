// html.h: one HTML file of a document: text of ours, text of others, and numbers, each so that none can pass for another.
#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace steepest::page {

/// Text for an element's content or an attribute in double quotes.
std::string escaped(std::string_view text);

/// JSON in UTF-8; what is none in a text becomes the sign for that.
std::string json_text(const nlohmann::ordered_json& value);

/// "sha256-…" of a script's text, as a Content-Security-Policy names what may run.
std::string policy_hash(std::string_view script);

/// The texts of the plotting library, in the order in which they are to run.
using Library = std::vector<std::string>;
/// From the first of the folders that has it whole; empty: none has.
std::optional<Library> find_library(const std::vector<std::filesystem::path>& folders);

struct Frame {
  std::string title;
  std::string live = {};  ///< address of the document, asked for again while it is looked at; empty: it stands as it is
};

struct Html {
  std::string text, policy;  ///< policy: its Content-Security-Policy, which it holds itself
};

/// `document`: JSON. The page runs its own scripts and no others, and fetches nothing but `live`.
Html html(std::string_view document, const std::optional<Library>& library, const Frame& frame);

}  // namespace steepest::page
