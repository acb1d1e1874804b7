// embedded.h: what cmake/Embed.cmake writes of the files in web/.
#pragma once
#include <string_view>
#include <vector>

namespace steepest::page {

std::string_view embedded_template();
std::string_view embedded_style();
std::vector<std::string_view> embedded_modules();

}  // namespace steepest::page
