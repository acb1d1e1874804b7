// shard.h: one of N parts of a study that do not overlap.
#pragma once
#include <string>

#include "study/study.h"

namespace steepest::shard {

struct Shard {
  int index = 1;  ///< 1 to count
  int count = 1;

  std::string text() const { return std::to_string(index) + "/" + std::to_string(count); }
};

/// "3/8". Throws InputError that names `option`.
Shard shard_of(const std::string& option, const std::string& text);

/// Whether a run is the shard's. Its identity alone decides, so that every machine agrees, whatever else is planned beside it.
bool holds(const Shard& shard, const std::string& identity);

/// The runs of the study that are the shard's, each with its place in the whole.
study::Study part(study::Study study, const Shard& shard);

}  // namespace steepest::shard
