// provenance.h: what a study's numbers come from, before any statistic: how many runs ended how, over which corpora, seeds and tokens.
#pragma once
#include <set>
#include <string>

#include "results/study.h"

namespace steepest::results {

struct Provenance {
  Counts runs;                    ///< diverged ones by their status
  std::set<std::int64_t> seeds;   ///< of the runs that completed or diverged
  std::set<std::string> corpora;  ///< their names
  std::set<double> tokens;        ///< that a run reads; empty for runs that read none
  bool synthetic = false;         ///< some run reads the synthetic corpus, whose losses can never be compared with a paper's
  std::size_t mixed_cells = 0;    ///< those that take runs of several kinds of machines together, as if nothing but the seed differed
  std::size_t stacked = 0;        ///< runs that were trained as one with others: equal to runs of their own to rounding, not to the bit
  bool dirty = false;             ///< some run was made from a source tree with changes that were not committed
};
Provenance provenance(const Study& study);

/// The kind of machine that an environment is of: its processor, device, LibTorch and what that makes of the processor. Runs of one kind can be
/// compared bit by bit.
std::string machine_kind(const nlohmann::json& environment);

/// Steps, batch and context of a training; its tokens are their product. Any of them null for a run of another kind.
struct TokenCount {
  nlohmann::json steps, batch, context;
};
TokenCount token_count(const Run& run);

}  // namespace steepest::results
