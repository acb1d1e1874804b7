// run_flops.cpp: what a run costs, from the shapes that it really has.
#include <stdexcept>

#include "model/transformer_flops.h"
#include "run/run_schema.h"

namespace steepest::run {
namespace {


double update_flops(const optim::AnyOptions& optimizer, const optim::PairShape& shape) {
  return std::visit([&](const auto& chosen) { return chosen.cost(shape).flops; }, optimizer);
}

/// Of one step of both optimizers.
double update_flops(const TrainingRun& run, const model::Trained& trained) {
  const int bytes = run.precision == "float64" ? 8 : 4;
  double flops = 0;
  for (const model::HiddenShape& shape : model::block_shapes(run.model)) {
    if (!trained.hidden(run.model, shape)) continue;
    const optim::PairShape pair{static_cast<double>(shape.fan_out), static_cast<double>(shape.fan_in), static_cast<double>(shape.rank), bytes,
                                run.model.init.factors == "lora"};
    flops += static_cast<double>(run.model.layers) * update_flops(run.optimizer, pair);
  }
  const optim::PairShape table{static_cast<double>(run.data.vocabulary), static_cast<double>(run.model.width), 0, bytes};
  if (trained.tables) flops += (run.model.tied_head ? 1 : 2) * update_flops(run.embedding_optimizer, table);
  return flops;
}

double cost(const TrainingRun& run) {
  if (run.data.vocabulary < 1) throw std::invalid_argument("the size of the vocabulary is left open");
  const auto& training = run.training;
  const double tokens = static_cast<double>(training.batch) * static_cast<double>(training.context);
  const model::Trained trained{run.base.has_value(), !run.base || !run.base->frozen_tables};
  const double step = tokens * model::training_flops_per_token(run.model, training.context, run.data.vocabulary, trained) + update_flops(run, trained);
  return static_cast<double>(training.steps) * step;
}

double cost(const FlowRun& run) { return flow::run_flops(run.flow, run.problem); }

}  // namespace

double flops(const AnyRun& run) {
  return std::visit([](const auto& chosen) { return cost(chosen); }, run);
}

}  // namespace steepest::run
