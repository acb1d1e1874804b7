// transformer.h: the character transformer of arXiv 2606.12921, every open choice a field of TransformerOptions.
// Axes: B sequences, T tokens, C width, H heads, D head size, V vocabulary, L layers.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/model.h"
#include "model/transformer_options.h"
#include "model/transformer_shapes.h"

namespace steepest::model {

class Transformer : public Model {
 public:
  /// Starts from `seed` alone: embedding and head are the same for every rank, each hidden matrix has a stream of its own.
  Transformer(const TransformerOptions& options, std::int64_t vocabulary, std::uint64_t seed, at::Device device, at::ScalarType type);
  /// Fine-tuning: tables and hidden matrices are the base's, a copy. A low-rank layer holds its weight as W_pre (with the start
  /// "principal", what A B^T leaves of it); other hidden matrices are trained if the rank is dense and frozen otherwise. The base has the
  /// same shapes and dense matrices.
  Transformer(const TransformerOptions& options, const Transformer& base, bool frozen_tables, std::uint64_t seed, at::Device device,
              at::ScalarType type);
  /// M networks of one shape as one (stacked_network.h), with copies of their parameters, [M, ...]. What is frozen and the same in all of them
  /// is held once.
  explicit Transformer(const std::vector<const Transformer*>& members);
  at::Tensor forward(const at::Tensor& input, const Watch& watch = {}) const override;
  at::Tensor loss(const at::Tensor& input, const at::Tensor& target) const override;
  const std::vector<NamedHidden>& hidden() const override { return hidden_; }
  const TransformerOptions& options() const { return options_; }
  const at::Tensor& embedding() const { return embedding_; }
  const at::Tensor& head() const { return head_; }  ///< undefined if tied
  /// A hidden matrix by its place, such as (0, "query"). Throws std::out_of_range.
  const HiddenLinear& layer(std::int64_t block, const std::string& name) const;
  /// Embedding and, unless tied, head. None where they are frozen.
  std::vector<at::Tensor> tables() const override;

 private:
  struct Block {
    std::shared_ptr<HiddenLinear> query, key, value, output, up, gate, down;
  };
  static std::shared_ptr<HiddenLinear> Block::*member_of_block(const std::string& name);
  struct Given {
    at::Tensor embedding, head;
    const Transformer* base;
    bool frozen_tables;
  };
  Transformer(const TransformerOptions& options, const Given& given, std::uint64_t seed, const at::TensorOptions& placement);
  std::shared_ptr<HiddenLinear> make_hidden(const std::string& name, const HiddenShape& shape, const Transformer* base);
  at::Tensor attention(const Block& block, const at::Tensor& x, const at::Tensor& turns) const;
  at::Tensor mlp(const Block& block, const at::Tensor& x) const;
  at::Tensor normalise(const at::Tensor& x) const;
  at::Tensor residual(const at::Tensor& x, const at::Tensor& f) const;

  TransformerOptions options_;
  std::uint64_t seed_;
  at::TensorOptions placement_;
  double residual_weight_;
  bool frozen_tables_;
  at::Tensor embedding_, head_;
  std::vector<Block> blocks_;
  std::vector<NamedHidden> hidden_;
};

}  // namespace steepest::model
