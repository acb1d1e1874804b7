// source_version.h: the commit that the program was built from; its .cpp is written anew by every build (cmake/SourceVersion.cmake).
#pragma once

namespace steepest::experiment {

extern const char* const kCommit;  ///< full hash, or "unknown" outside of a git checkout
extern const bool kDirty;          ///< tracked files differed from that commit

}  // namespace steepest::experiment
