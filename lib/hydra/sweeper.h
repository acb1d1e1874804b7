// sweeper.h: overrides with several values each, multiplied out as Hydra's basic sweeper does.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "hydra/override.h"

namespace steepest::hydra {

class Composer;

/// One key with the values that it takes, one override each.
struct Axis {
  std::string key;  ///< `model.rank`, or a group, `@package` behind it
  std::vector<Override> values;
};

/// Every value of an override, in order: those of its choice, range or glob, or its only one. `composer` is needed for a glob.
/// Throws InputError for an interval, for a sweep over nothing and for a range that does not end.
Axis make_axis(const Override& override, const Composer* composer);

/// Calls `visit` with the overrides of every combination, the last axis varying fastest, behind those in `chosen`, while it returns true.
/// False: it was stopped.
bool for_each_combination(const std::vector<Axis>& axes, std::vector<Override> chosen,
                          const std::function<bool(const std::vector<Override>&)>& visit);

/// Every combination of what the overrides sweep over. A key given twice counts once, with its last value, at its first place.
std::vector<std::vector<Override>> expand_sweeps(const std::vector<Override>& overrides, const Composer* composer = nullptr);

}  // namespace steepest::hydra
