// write_file.h: a file that the user names to be written, whatever stands at that name.
#pragma once
#include <functional>
#include <ostream>
#include <string>

namespace steepest::output {

/// Calls `write` with a stream into what `path` names; links are followed first.
/// A regular file, or a name that is free: written beside its place and renamed, so that it is there as a whole or not at all; a file that
/// is replaced hands on its permissions. A device or a pipe: opened and written. `-`, and an open descriptor of this process (/dev/stdout,
/// /dev/fd/N): written where it stands.
/// Throws InputError with `option` as its key where that fails.
void write_file(const std::string& path, const std::string& option, const std::function<void(std::ostream&)>& write);

}  // namespace steepest::output
