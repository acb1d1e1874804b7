// numerics.h: the version of the numbers that runs produce; part of every run's identity.
#pragma once

namespace steepest::run {

/// Raise this in every commit that may alter a result (an update rule, an initialisation, the data order, a kernel), so that
/// old numbers never stand for new ones: runs of an older version are run again, and `steepest status` names them.
inline constexpr int kNumericsVersion = 4;

}  // namespace steepest::run
