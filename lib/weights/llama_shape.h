// llama_shape.h: the sizes of a network of Llama's architecture, and what else its config.json decides. No LibTorch.
#pragma once
#include <cstdint>

#include "options/field.h"

namespace steepest::weights {

/// All zero: not known yet.
struct LlamaShape {
  std::int64_t layers = 0;
  std::int64_t width = 0;
  std::int64_t heads = 0;
  std::int64_t key_value_heads = 0;
  std::int64_t head_size = 0;
  std::int64_t mlp_size = 0;
  std::int64_t vocabulary = 0;
  double norm_epsilon = 0.0;
  double rope_base = 0.0;
  bool tied_head = false;

  bool known() const { return layers > 0; }
  bool operator==(const LlamaShape&) const = default;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("layers", layers).at_least(0).at_most(1000).help("num_hidden_layers: blocks of attention and MLP"));
    visit(field("width", width).at_least(0).at_most(1 << 20).help("hidden_size: of the residual stream"));
    visit(field("heads", heads).at_least(0).at_most(4096).help("num_attention_heads"));
    visit(field("key_value_heads", key_value_heads)
              .at_least(0)
              .at_most(4096)
              .help("num_key_value_heads: each serves as many queries' heads"));
    visit(field("head_size", head_size).at_least(0).at_most(65536).help("head_dim, or width / heads"));
    visit(field("mlp_size", mlp_size).at_least(0).at_most(1 << 22).help("intermediate_size"));
    visit(field("vocabulary", vocabulary).at_least(0).at_most(1 << 30).unit("tokens").help("vocab_size"));
    visit(field("norm_epsilon", norm_epsilon).at_least(0).help("rms_norm_eps"));
    visit(field("rope_base", rope_base).at_least(0).help("rope_theta: base of the rotary frequencies"));
    visit(field("tied_head", tied_head).help("tie_word_embeddings: the head shares the embedding's table"));
  }
};

}  // namespace steepest::weights
