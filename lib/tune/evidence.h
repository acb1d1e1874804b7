// evidence.h: how well proxies' rates have served dense networks in what is stored.
#pragma once
#include <string>
#include <vector>

#include "claims/evaluate.h"
#include "results/best_rate.h"
#include "store/reader.h"

namespace steepest::tune {

/// What one dense network of a stored study lost with its proxy's best rate.
struct StoredRegret {
  std::string study, scale;
  std::string network;     ///< "dense, width 128"
  std::string proxy;       ///< whose rate it took over: "model.rank=2 model.width=64"
  bool synthetic;          ///< of the synthetic corpus: it says nothing about text
  results::Regret regret;  ///< of runs that have ended
};

/// Of every stored study whose report has dense rows take over the rate of others, but for `but`: these rows, at scale paper where it has
/// such runs, else as planned last.
std::vector<StoredRegret> stored_regrets(const store::Reader& reader, const std::string& but);

/// The claims that say what a transferred rate costs, with their verdicts over what is stored.
std::vector<claims::Judged> transfer_claims(const hydra::Composer& composer, const store::Reader& reader);

}  // namespace steepest::tune
