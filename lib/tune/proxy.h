// proxy.h: the study that finds a dense network's learning rate with a smaller low-rank one.
#pragma once
#include <string>
#include <vector>

#include "study/study.h"

namespace steepest::tune {

inline constexpr const char* kUsualProxy = "low_rank";

struct Asked {
  std::vector<std::string> overrides;  ///< the dense network, as for a run; of the seed too
  std::string scale, proxy = kUsualProxy;
};

struct ProxyStudy {
  study::Study study;       ///< the proxy at the rates of its file, which may grow, and the dense network at those that were asked for
  study::PlannedRun dense;  ///< one run of the dense network
  std::string proxy_text, dense_text;  ///< "rank 2, width 64, layers 1"
};

/// Composes the network that `asked` describes with experiments/proxy/NAME.yaml, a study whose one grid is what the proxy has in place of
/// the network's own: to it come half the width (the smallest that the heads divide) and half the layers, rounded up and two at least where there are two, unless the grid has
/// these keys. `dense_rates`: at which the dense network is run beside it; the report compares them at the proxy's best rate. The study is
/// named after the overrides, its cells are the same whatever the rates. Throws InputError: an unknown proxy or scale, a network that is not
/// dense or of no size that can be halved, an override that sweeps or is the proxy's, a run that cannot be composed.
ProxyStudy proxy_study(const hydra::Composer& composer, const Asked& asked, const std::vector<double>& dense_rates,
                       const run::Completion& complete = {});

/// Names of the files.
std::vector<std::string> proxy_names(const hydra::Composer& composer);

}  // namespace steepest::tune
