// cores.h: how many workers a machine can take.
#pragma once

namespace steepest::sweep {

/// Cores that this process may use (its affinity mask, which containers and job schedulers narrow); at least 1.
int allowed_cores();

}  // namespace steepest::sweep
