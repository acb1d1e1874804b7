// without_folders.h: texts that are stored tell nothing of the machine.
#pragma once
#include <string>

namespace steepest::store {

/// `text` with absolute paths cut to their last part ("/home/ada/data/a.txt" becomes ".../a.txt"): what is stored travels, and
/// must not tell of the machine's users and folders.
std::string without_folders(const std::string& text);

}  // namespace steepest::store
