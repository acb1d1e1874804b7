// plan_file.h: planned runs as text, so that a job makes what was asked for, whatever has become of the YAML files since, and whatever its
// own database knows of measured seconds.
#pragma once
#include <filesystem>

#include "study/study.h"

namespace steepest::shard {

/// JSON Lines: the study, a line a run, and a last one with the number of runs and the checksum of the lines before. Throws InputError.
void write_plan(const std::filesystem::path& file, const study::Study& study);

/// Throws InputError with file and line: there is no such file, it was edited or cut, or this program's numbers would be others.
study::Study read_plan(const std::filesystem::path& file);

}  // namespace steepest::shard
