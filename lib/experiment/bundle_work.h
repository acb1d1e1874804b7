// bundle_work.h: several claimed runs that are trained as one.
#pragma once
#include <vector>

#include "experiment/bundle_sizes.h"
#include "experiment/claimed_work.h"

namespace steepest::experiment {

/// Trains what was claimed together. Those that do not fit, and those that stand at another step than the first, are given back, to be taken up later. Where
/// the memory does not do after all, all are given back as their checkpoints have them, and `sizes` remembers. Whatever else is thrown passes.
void train_bundle(const Desk& desk, const std::vector<store::ClaimedRun>& claims, BundleSizes& sizes);

}  // namespace steepest::experiment
