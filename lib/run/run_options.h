// run_options.h: one resolved run, section by section, without LibTorch: training a network, or integrating a flow.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "data/data_options.h"
#include "flow/flow_options.h"
#include "model/transformer_options.h"
#include "optim/all_options.h"
#include "options/field.h"
#include "probe/probe_options.h"

namespace steepest::run {

/// `schedule`: the factor on every learning rate over the steps. Group files: cosine, linear, constant.
struct ScheduleOptions {
  std::string name = "cosine";
  double final_fraction = 0.1;
  std::int64_t warmup_steps = 0;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("name", name).one_of({"cosine", "linear", "constant"}).help("shape of the decay"));
    visit(field("final_fraction", final_fraction).at_least(0).at_most(1).help("factor at the last step (not for constant)"));
    visit(field("warmup_steps", warmup_steps).at_least(0).help("linear warm-up from zero"));
  }
};

/// `training`: how long, on what, how often looked at.
struct TrainingOptions {
  std::int64_t batch = 32;
  std::int64_t context = 128;
  std::int64_t steps = 256;
  std::string rate_by_shape = "sqrt_fan_ratio";
  double clip_norm = 0.0;
  std::int64_t evaluate_every = 0;
  std::int64_t log_every = 8;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("batch", batch).at_least(1).at_most(65536).unit("sequences").help("sequences per step"));
    visit(field("context", context).at_least(2).at_most(65536).unit("characters").help("characters per sequence"));
    visit(field("steps", steps).at_least(1).at_most(1e9).help("optimizer steps"));
    visit(field("rate_by_shape", rate_by_shape).one_of({"sqrt_fan_ratio", "none"})
              .help("factor on a hidden matrix's learning rate: sqrt(fan_out/fan_in), or none"));
    visit(field("clip_norm", clip_norm).at_least(0).help("clip the gradient's global norm; 0: never"));
    visit(field("evaluate_every", evaluate_every).at_least(0).observes()
              .help("validation every so many steps, besides the last; 0: only at the end"));
    visit(field("log_every", log_every).at_least(1).observes().help("training loss, averaged over so many steps, is one row"));
  }
};

/// `base`: the network that is fine-tuned. It is the run's own model with dense matrices, trained on another corpus first. Its
/// matrices are W_pre of the low-rank layers and stay as they are elsewhere. Group files: austen.
struct BaseRun {
  std::int64_t seed = 0;
  bool frozen_tables = true;
  optim::AnyOptions optimizer = optim::MuonOptions{};
  optim::AnyOptions embedding_optimizer = optim::AdamWOptions{5e-3, {0.9, 0.9}};
  data::DataOptions data;
  ScheduleOptions schedule;
  TrainingOptions training;
};

/// Training of a network. JSON shape: the sections below, `optimizer` and `embedding_optimizer` with a `name` that
/// picks one of optim::AnyOptions.
struct TrainingRun {
  std::int64_t seed = 0;
  std::string device = "cpu";
  std::string precision = "float32";
  model::TransformerOptions model;
  optim::AnyOptions optimizer = optim::LoraMuonOptions{};
  optim::AnyOptions embedding_optimizer = optim::AdamWOptions{5e-3, {0.9, 0.9}};
  data::DataOptions data;
  ScheduleOptions schedule;
  TrainingOptions training;
  std::optional<BaseRun> base = {};  ///< none: from scratch
  probe::ProbeOptions probe = {};
};

/// The run that trains the base of `run`. What only adapters have (rank, their start, their scale) is left at its default, so that
/// every run on one base asks for the same one.
inline TrainingRun training_of_base(const TrainingRun& run) {
  const BaseRun& base = *run.base;
  TrainingRun result{base.seed, run.device, run.precision, run.model, base.optimizer, base.embedding_optimizer, base.data, base.schedule,
                     base.training};
  const model::TransformerOptions standard;
  result.model.rank = 0;
  result.model.low_rank_layers = standard.low_rank_layers;
  result.model.lora_scale = standard.lora_scale;
  result.model.init.factors = standard.init.factors;
  result.model.init.factor_scale = standard.init.factor_scale;
  return result;
}

/// Integration of a matrix flow. JSON shape: `seed`, `precision`, `flow`, `problem`.
struct FlowRun {
  std::int64_t seed = 0;
  std::string precision = "float64";
  flow::FlowOptions flow;
  flow::ProblemOptions problem;
};

using AnyRun = std::variant<TrainingRun, FlowRun>;

}  // namespace steepest::run
