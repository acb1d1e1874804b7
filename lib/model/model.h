// model.h: what training, optimizers and probes need of a network, whatever it computes. Axes: B sequences, T tokens.
#pragma once
#include <torch/nn/module.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "model/hidden_linear.h"
#include "model/all_models.h"

namespace steepest::model {

/// A hidden matrix by name ("layer0_query"), with the shape of the weight that it stands for.
struct NamedHidden {
  std::string name;
  std::int64_t fan_out, fan_in;
  std::shared_ptr<HiddenLinear> layer;
};

/// Told what a network computes on its way: of each layer what attention and MLP give (`layer0_attention`, `layer0_mlp`) and the residual
/// stream behind it (`layer0_stream`), [B, T, width], and the `logits`, [B, T, vocabulary].
using Watch = std::function<void(const std::string& place, const at::Tensor& value)>;

/// Tells a watch, if there is one, and hands the value on.
inline at::Tensor watched(const Watch& watch, std::size_t layer, const char* part, at::Tensor value) {
  if (watch) watch("layer" + std::to_string(layer) + "_" + part, value);
  return value;
}

/// A network, and its parameters by what an optimizer may do with them: hidden matrices are updated as matrices or as pairs of factors
/// (HiddenLinear::trained tells which), tables row by row, vectors entry by entry.
class Model : public torch::nn::Module {
 public:
  /// Logits [B, T, vocabulary]. input: int32 or int64 [B, T].
  virtual at::Tensor forward(const at::Tensor& input, const Watch& watch = {}) const = 0;
  /// Mean cross-entropy of `target`. input, target: int32 [B, T]. Unit: nats a token.
  virtual at::Tensor loss(const at::Tensor& input, const at::Tensor& target) const = 0;
  /// In the order in which the network computes.
  virtual const std::vector<NamedHidden>& hidden() const = 0;
  /// Embedding and head, [vocabulary, width] each: those that are trained.
  virtual std::vector<at::Tensor> tables() const = 0;
  /// Gains and biases: those that are trained.
  virtual std::vector<at::Tensor> vectors() const { return {}; }
};

/// Where a network's numbers live.
struct Placement {
  at::Device device;
  at::ScalarType type;
};

/// The network that `options` names, from its random start. It depends on `seed` alone, not on precision, device or rank.
std::shared_ptr<Model> make_model(const AnyOptions& options, std::int64_t vocabulary, std::uint64_t seed, const Placement& placement);

/// Fine-tuning of `base`, which is of the same kind and shapes with dense matrices. `frozen_tables`: its tables are not trained.
std::shared_ptr<Model> make_model(const AnyOptions& options, const Model& base, bool frozen_tables, std::uint64_t seed,
                                  const Placement& placement);

/// A network whose parameters stand in a file of format safetensors under their names: `embedding`, `head`, `layer0_query.weight`, … as a PyTorch
/// module's state_dict has them. The file's type is converted. Throws options::InputError, naming the tensor, if one is missing, has another
/// shape, or is none of this network's.
std::shared_ptr<Model> load_model(const AnyOptions& options, std::int64_t vocabulary, const std::filesystem::path& file,
                                  const Placement& placement);

}  // namespace steepest::model
