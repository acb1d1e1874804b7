// top_options.h: the keys of a run that stand in no section.
#pragma once
#include "run/run_options.h"

namespace steepest::run {

struct TrainingTop {
  std::int64_t seed = TrainingRun().seed;
  std::string device = TrainingRun().device;
  std::string precision = TrainingRun().precision;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("seed", seed).at_least(0).help("data order, initialisation and noise are drawn from it, each by a stream of its own"));
    // The identity covers its type, see identity.cpp; which one of a type it is decides nothing.
    visit(field("device", device).outside_identity().help("cpu, cuda, or cuda:N"));
    visit(field("precision", precision).one_of({"float32", "float64"}).help("type of parameters and activations"));
  }
};

struct BaseTop {
  std::int64_t seed = BaseRun().seed;
  bool frozen_tables = BaseRun().frozen_tables;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("seed", seed).at_least(0).help("of the base's own training, the same for every seed of the run"));
    visit(field("frozen_tables", frozen_tables).help("embedding and head stay as the base has them"));
  }
};

struct FlowTop {
  std::int64_t seed = FlowRun().seed;
  std::string precision = FlowRun().precision;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("seed", seed).at_least(0).help("target and start are drawn from it, each by a stream of its own"));
    visit(field("precision", precision).one_of({"float32", "float64"}).help("type of the factors"));
  }
};

inline TrainingTop top_of(const TrainingRun& run) { return {run.seed, run.device, run.precision}; }
inline BaseTop top_of(const BaseRun& base) { return {base.seed, base.frozen_tables}; }
inline FlowTop top_of(const FlowRun& run) { return {run.seed, run.precision}; }

}  // namespace steepest::run
