// training_run.h: the training of a network, from scratch or on a base, without LibTorch.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "data/data_options.h"
#include "model/all_models.h"
#include "model/kernels.h"
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

/// What a low-rank run has in common with the dense one of so many `training.steps`: its tokens, its floating-point operations, or its time (matching.h).
enum class Match { tokens, flops, seconds };
constexpr auto choice_names(Match) { return std::array{"tokens", "flops", "seconds"}; }

/// `training`: how long, on what, how often looked at.
struct TrainingOptions {
  std::int64_t batch = 32;
  std::int64_t context = 128;
  std::int64_t steps = 256;
  Match match = Match::tokens;
  std::string rate_by_shape = "sqrt_fan_ratio";
  double clip_norm = 0.0;
  std::int64_t evaluate_every = 0;
  std::int64_t log_every = 8;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("batch", batch).at_least(1).at_most(65536).unit("sequences").help("sequences per step"));
    visit(field("context", context).at_least(2).at_most(65536).unit("characters").help("characters, or tokens, per sequence"));
    visit(field("steps", steps).at_least(1).at_most(1e9).help("optimizer steps"));
    visit(field("match", match)
              .outside_identity()
              .help("a low-rank run takes `steps` steps (tokens), or as many as have the floating-point operations (flops) or the time "
                    "(seconds, "
                    "as measured on this machine) of so many of the same run with dense matrices and Muon"));
    visit(field("rate_by_shape", rate_by_shape)
              .one_of({"sqrt_fan_ratio", "none"})
              .help("factor on a hidden matrix's learning rate: sqrt(fan_out/fan_in), or none"));
    visit(field("clip_norm", clip_norm).at_least(0).help("clip the gradient's global norm; 0: never"));
    visit(field("evaluate_every", evaluate_every)
              .at_least(0)
              .observes()
              .help("validation every so many steps, besides the last; 0: only at the end"));
    visit(field("log_every", log_every).at_least(1).observes().help("training loss, averaged over so many steps, is one row"));
  }
};

/// `base` with `name: trained`: the run's own model with dense matrices, trained on another corpus first. Group files: austen.
struct TrainedBase {
  static constexpr const char* kName = "trained";
  static constexpr bool kUnnamed = true;  // bases were trained before they could be loaded
  std::int64_t seed = 0;
  bool frozen_tables = true;
  optim::AnyOptions optimizer = optim::MuonOptions{};
  optim::AnyOptions embedding_optimizer = optim::AdamWOptions{5e-3, {0.9, 0.9}};
  data::DataOptions data;
  ScheduleOptions schedule;
  TrainingOptions training;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("seed", seed).at_least(0).help("of the base's own training, the same for every seed of the run"));
    visit(field("frozen_tables", frozen_tables).help("embedding and head stay as the base has them"));
    const auto section = [](const char* name, auto& value) {
      return field(name, value).required().keys_as(name).help("how the base is trained");
    };
    visit(section("optimizer", optimizer).from_group("optimizer"));
    visit(section("embedding_optimizer", embedding_optimizer).from_group("optimizer"));
    visit(section("data", data).from_group("data"));
    visit(section("schedule", schedule).from_group("schedule"));
    visit(section("training", training));
  }
};

/// `base` with `name: loaded`: the run's own model with dense matrices, from a file of format safetensors with a tensor for each parameter. Its
/// tokens are those of the run's corpus. Group files: loaded.
struct LoadedBase {
  static constexpr const char* kName = "loaded";
  bool frozen_tables = true;
  data::FileOptions weights;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("frozen_tables", frozen_tables).help("embedding and head stay as the base has them"));
    visit(field("weights", weights).required().help("the base's parameters, a file of format safetensors"));
  }
};

/// `base` with `name: checkpoint`: a checkpoint of Llama's architecture in Hugging Face's form, of which adapters alone are trained. Folders are known by
/// what they hold. Group files: checkpoint, smollm2.
struct CheckpointBase {
  static constexpr const char* kName = "checkpoint";
  static constexpr bool frozen_tables = true;
  std::string path;
  std::string sha256;
  std::string adapter;
  std::string adapter_sha256;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(
        field("path", path)
            .outside_identity()
            .help(
                "folder with config.json and model.safetensors: its name below a data folder, or a path, of which the run keeps the name"));
    visit(field("sha256", sha256).help("checksum that the weights must have; empty: their own, taken when the run is planned"));
    visit(field("adapter", adapter)
              .outside_identity()
              .help("folder with a PEFT adapter that training starts from, given like `path`; empty: none"));
    visit(
        field("adapter_sha256", adapter_sha256).help("checksum that the adapter must have; empty: its own, taken when the run is planned"));
  }
};

/// The network that is fine-tuned. Its matrices are W_pre of the low-rank layers and stay as they are elsewhere.
using AnyBase = std::variant<TrainedBase, LoadedBase, CheckpointBase>;

struct TrainingRun {
  static constexpr const char* kName = "training";
  std::int64_t seed = 0;
  std::string device = "cpu";
  std::string precision = "float32";
  model::Kernels kernels = model::Kernels::fused;
  model::AnyOptions model;
  optim::AnyOptions optimizer = optim::LoraMuonOptions{};
  optim::AnyOptions embedding_optimizer = optim::AdamWOptions{5e-3, {0.9, 0.9}};
  data::DataOptions data;
  ScheduleOptions schedule;
  TrainingOptions training;
  std::optional<AnyBase> base = {};  ///< none: from scratch
  std::optional<data::DataOptions> other_data = {};
  std::optional<probe::ProbeOptions> probe = {};

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("seed", seed).at_least(0).help("data order, initialisation and noise are drawn from it, each by a stream of its own"));
    // The identity covers its type, see identity.cpp; which one of a type it is decides nothing.
    visit(field("device", device).outside_identity().help("cpu, cuda, or cuda:N"));
    visit(
        field("precision", precision)
            .one_of({"float32", "float64", "bf16"})
            .help(
                "type of parameters and activations; bf16: float32, but dense and frozen matrices and the head multiply numbers rounded to "
                "bfloat16"));
    visit(
        field("kernels", kernels)
            .neutral(model::Kernels::simple)
            .help("what computes the loss and its gradients: fused, on the CPU code written for it (a GPU runs LibTorch's operations), or "
                  "simple, LibTorch's operations one by one"));
    visit(field("model", model).required().from_group("model").help("which network; chosen with its group"));
    visit(field("optimizer", optimizer).required().from_group("optimizer").help("which optimizer; chosen with its group"));
    visit(field("embedding_optimizer", embedding_optimizer)
              .required()
              .from_group("optimizer")
              .suits({optim::AdamWOptions::kName})
              .help("which optimizer; chosen with its group"));
    visit(field("data", data).required().from_group("data"));
    visit(field("schedule", schedule).required().from_group("schedule"));
    visit(field("training", training).required());
    visit(field("base", base).from_group("base").unwatched().help("fine-tuning"));
    visit(field("other_data", other_data)
              .from_group("data")
              .help("a corpus whose validation part is looked at as well, from the start on, and never trained on: what is forgotten"));
    visit(field("probe", probe).from_group("probe").observes().help("what is watched"));
  }

  /// Throws InputError where values do not go together: heads and width, rank and matrix sizes, optimizer and rank, ... Its key is the one
  /// that should change.
  void check() const;

  std::int64_t steps() const { return training.steps; }

  /// What of the network is trained.
  model::Trained trained() const;

  /// Floating-point operations of the matrix products of the whole run: of the network, forward and backward, and of its optimizers.
  /// Validation is left out, and a base's own training, since runs share it. Throws std::invalid_argument while the size of the vocabulary
  /// is left open.
  double flops() const;
};

/// The checkpoint that a run stands on; null: it is on another base, or on none.
const CheckpointBase* checkpoint_of(const TrainingRun& run);
CheckpointBase* checkpoint_of(TrainingRun& run);

/// Whether embedding and head stay as the base has them.
bool frozen_tables(const AnyBase& base);

/// The run that trains a base of `run`. What only adapters have (rank, their start, their scale) is left at its default, so that
/// every run on one base asks for the same one.
TrainingRun training_of(const TrainedBase& base, const TrainingRun& run);

}  // namespace steepest::run
