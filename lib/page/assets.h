// assets.h: the files of web/, compiled into the program (cmake/Embed.cmake).
#pragma once
#include <string>
#include <string_view>

namespace steepest::page {

std::string_view template_text();
std::string_view style_text();
/// The modules of web/ as one, in the order of web/modules.txt.
const std::string& program_text();

/// A module's text as a function that runs at once and gives what it exports: what it does not export stays its own. Its imports, a line
/// each, are left out: what they name has been given by the modules before it.
std::string as_scope(std::string_view module);

}  // namespace steepest::page
