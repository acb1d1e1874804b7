// sweep_section.h: what a study's file sweeps: sweep, variations, seeds.
#pragma once
#include <string>
#include <vector>

#include "study/study_file.h"

namespace steepest::study {

/// A number of seeds, or a list of them, as an axis of the key `seed`.
Axis read_seeds(const hydra::Node& node, const std::string& path);

/// One grid of keys with their values, or a list of grids.
std::vector<Grid> read_sweep(const hydra::Node& node, const std::string& path, const hydra::Composer& composer);

/// A list of grids.
std::vector<Grid> read_variations(const hydra::Node& node, const std::string& path, const hydra::Composer& composer);

/// The grids as they stand, and once more with each variation, whose values take the place of the grid's.
std::vector<Grid> varied(const std::vector<Grid>& grids, const std::vector<Grid>& variations);

}  // namespace steepest::study
