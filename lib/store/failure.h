// failure.h: what went wrong with the file, told to the user with the way out.
#pragma once
#include <SQLiteCpp/Exception.h>

#include <filesystem>
#include <optional>
#include <string>

#include "options/error.h"

namespace steepest::store {

/// SQLite's error as one message that names the file, the cause and the way out. For `throw_explained`, which throws it as what it is.
options::InputError explained(const SQLite::Exception& error, const std::filesystem::path& path);

/// Throws BusyError where another program holds the file, else InputError.
[[noreturn]] void throw_explained(const SQLite::Exception& error, const std::filesystem::path& path);

/// The name of the network file system that `path` (or its nearest existing parent) lies on; empty for a local one.
std::optional<std::string> network_file_system(const std::filesystem::path& path);

/// The same from what the kernel says: `magic` of statfs(2) and, for FUSE, the type in /proc/self/mountinfo.
std::optional<std::string> network_file_system(long magic, const std::string& mount_type);

}  // namespace steepest::store
