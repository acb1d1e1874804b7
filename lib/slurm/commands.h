// commands.h: Slurm's own programs, asked one question at a time.
#pragma once
#include <string>
#include <vector>

namespace steepest::slurm {

/// What `program` printed. Throws InputError: it is not on PATH, does not answer within a minute, or refuses, with its own words.
std::string ask(const std::string& program, const std::vector<std::string>& arguments);

/// Throws InputError unless `sbatch` is on PATH.
void require_sbatch();

}  // namespace steepest::slurm
