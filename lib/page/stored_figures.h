// stored_figures.h: figures that analysis/ has drawn, for a page without the plotting library.
#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace steepest::page {

/// The files NAME.svg and NAME_*.svg of the folder, smallest first, as `name` and `image` (an address that holds the whole file); `image`
/// is empty for one that would make the page too large.
nlohmann::ordered_json stored_figures(const std::filesystem::path& folder, const std::string& name);

}  // namespace steepest::page
