// sweep_section.h: what a study's file sweeps: sweep, variations, seeds.
#pragma once
#include <string>
#include <vector>

#include "study/study_file.h"

namespace steepest::study {

/// A number of seeds, or a list of them, as an axis of the key `seed`.
Axis read_seeds(const hydra::Node& node, const std::string& path);

struct Sweep {
  std::vector<Grid> grids;
  std::vector<GrowingGrid> beyond;  ///< of those that grow
};

/// One grid of keys with their values, or a list of grids.
Sweep read_sweep(const hydra::Node& node, const std::string& path, const hydra::Composer& composer);

/// A list of grids, none of which grows.
std::vector<Grid> read_variations(const hydra::Node& node, const std::string& path, const hydra::Composer& composer);

/// Adds the grids once more with each variation, whose values take the place of the grid's. One that has rates of its own does not grow.
void vary(StudyFile& study);

}  // namespace steepest::study
