// cost.cpp: see cost.h.
#include "results/cost.h"

#include <cmath>

#include "model/all_models.h"
#include "optim/all_options.h"
#include "options/json.h"

namespace steepest::results {
namespace {

constexpr int kBytes = 4;

/// Of the LoRA-Muon paper.
double paper_flops(const optim::PairShape& s) { return (6 + 4 * 8) * (s.m + s.n) * s.r * s.r + (16 * 7 + 4 * 8) * s.r * s.r * s.r; }

std::optional<CostRow> row_of(const Cell& cell) {
  const auto& config = cell.runs.front().config;
  const auto share = parameter_share(config);
  if (!share || !config.contains("optimizer")) return {};
  try {
    const auto model = options::from_json<model::AnyOptions>(config.at("model"), "model");
    const auto optimizer = options::from_json<optim::AnyOptions>(config.at("optimizer"), "optimizer");
    optim::Cost own, dense;
    double paper = 0;
    for (const auto& shape : model::hidden_shapes(model)) {
      const optim::PairShape pair{static_cast<double>(shape.fan_out), static_cast<double>(shape.fan_in), static_cast<double>(shape.rank),
                                  kBytes, model::start_of_factors(model) == "lora"};
      const auto count = static_cast<double>(shape.count);
      const auto add = [&](optim::Cost& sum, const optim::Cost& one) {
        sum.flops += count * one.flops, sum.state_bytes += count * one.state_bytes;
      };
      add(own, std::visit([&](const auto& chosen) { return chosen.cost(pair); }, optimizer));
      add(dense, optim::MuonOptions{}.cost({pair.m, pair.n, 0, kBytes}));
      paper += count * paper_flops(pair);
    }
    return CostRow{&cell, *share, 100 * own.state_bytes / dense.state_bytes, 100 * own.flops / dense.flops,
                   paper > 0 ? 100 * own.flops / paper : std::nan("")};
  } catch (const options::InputError&) {
    return {};  // a run of an older version, with keys that are not known any more
  }
}

}  // namespace

Costs cost(const Study& study, const CostOptions& asked) {
  Costs result{asked, {}};
  for (const auto& cell : study.cells) {
    if (auto row = row_of(cell)) result.rows.push_back(*row);
  }
  return result;
}

}  // namespace steepest::results
