// tuned.h: what a proxy's runs say of a dense network's learning rate, and what the dense network says of it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "results/best_rate.h"
#include "store/reader.h"
#include "tune/proxy.h"

namespace steepest::tune {

/// The dense network at the proxy's best rate and its neighbours.
struct Verified {
  std::vector<double> rates;  ///< at which it was run
  results::Regret regret;     ///< the loss at the proxy's best rate less the best of those
  double flops, seconds;
};

struct Tuned {
  results::RateChoice choice;        ///< the proxy's best rate, and how sure the seeds are of it
  std::vector<double> rates;         ///< that the proxy was run at, rising
  std::int64_t runs;                 ///< of the proxy
  double flops, seconds;             ///< what they cost
  double dense_flops;                ///< of as many runs of the dense network
  std::optional<Verified> verified;  ///< none: the dense network was not run, or not at that rate

  /// The best rate and those beside it.
  std::vector<double> neighbours() const;
};

/// From what is stored of a study as proxy_study makes it. Empty: no rate of the proxy has a finite mean.
std::optional<Tuned> tuned(const store::Reader& reader, const ProxyStudy& proxy);

}  // namespace steepest::tune
