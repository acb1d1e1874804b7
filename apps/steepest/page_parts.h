// page_parts.h: what `report --html` and `serve` have in common.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "page/html.h"
#include "session.h"

namespace steepest::app {

inline constexpr const char* kWithoutLibrary =
    "the plotting library is not here, so the page shows the figures that `make figures` has drawn; `make report` fetches it";

/// STEEPEST_PAGE_LIBRARY names its folder; else .setup/page of the project, else what is installed beside the program.
std::optional<page::Library> page_library(const Session& session);

/// Where `make figures` puts its files.
std::filesystem::path drawn_figures(const Session& session);

std::string page_title(const std::string& study);

}  // namespace steepest::app
