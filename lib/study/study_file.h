// study_file.h: a study file at one scale, read and checked, before anything is composed.
#pragma once
#include <string>
#include <vector>

#include "hydra/composer.h"
#include "hydra/sweeper.h"
#include "hydra/tree.h"

namespace steepest::study {

using hydra::Axis;
/// Axes that are multiplied out, the last one varying fastest. One of `seed` is the grid's own seeds.
using Grid = std::vector<Axis>;

/// What a growing grid may still ask for: the same axes, with the rates beyond it, the lowest first.
struct GrowingGrid {
  Grid grid;
  std::string rate;      ///< the key that grows
  hydra::Source source;  ///< where it is said
};

struct StudyFile {
  std::string title;
  std::string config_name;  ///< the root that its runs are composed from; empty: config
  hydra::Source config_name_source;
  nlohmann::json definition;               ///< the whole file, over the one that it extends
  std::vector<hydra::Override> overrides;  ///< for every run
  std::vector<Grid> grids;                 ///< their union is the study, variations among them; never empty
  std::vector<GrowingGrid> beyond;         ///< of those that grow, variations among them
  std::vector<Grid> variations;            ///< what is changed one at a time
  Axis seeds;
};

inline constexpr const char* kFolder = "study";

/// `folder`: where among the experiments the file and the one that it extends lie, named as what lies there is. Throws InputError with file
/// and line: unknown study or scale (with the nearest), unknown key, malformed part.
StudyFile read_study(const hydra::Composer& composer, const std::string& name, const std::string& scale,
                     const std::string& folder = kFolder);

}  // namespace steepest::study
