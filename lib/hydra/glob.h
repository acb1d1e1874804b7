// glob.h: patterns of names, as Python's fnmatch reads them.
#pragma once
#include <string>

namespace steepest::hydra {

/// `*` any characters, `?` one, `[abc]` or `[a-c]` one of these, `[!abc]` none of these; a `[` that is not closed, `\` and `^` stand for themselves.
bool glob_matches(const std::string& pattern, const std::string& name);

}  // namespace steepest::hydra
