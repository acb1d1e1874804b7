// transformer_options.h: every choice of the character transformer, without LibTorch.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "options/field.h"

namespace steepest::model {

/// Where training starts from.
struct InitOptions {
  std::string hidden = "orthogonal";
  double hidden_gain = 1.0;
  std::string factors = "orthonormal";
  double factor_scale = 1.0;
  double factor_condition = 1.0;
  std::string embedding = "rms";
  std::string head = "normal";
  double head_gain = 1.0;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("hidden", hidden)
              .one_of({"orthogonal", "normal"})
              .help("dense hidden matrices: orthogonal, or normal with variance 1/fan_in"));
    visit(field("hidden_gain", hidden_gain).above(0).help("factor on every hidden matrix, dense or the product of two factors"));
    visit(field("factors", factors)
              .one_of({"orthonormal", "normal", "spectral", "lora", "principal"})
              .help("low-rank factors: orthonormal columns, normal columns of unit expected norm, or spectral (U*sqrt(S), V*sqrt(S) of the "
                    "leading part of the dense start that `hidden` asks for; of an orthogonal one, which has none, a random part); "
                    "on a base also lora (A = 0, B normal) or principal (the leading part of the base's weight, the rest frozen)"));
    visit(field("factor_scale", factor_scale).above(0).help("gauge of the start: A*c, B/c; the product does not change"));
    visit(field("factor_condition", factor_condition)
              .at_least(1)
              .at_most(1e12)
              .help("gauge of the start: A*R, B*R^-T with a random R in GL(rank) of this condition; the product does not change; 1: none"));
    visit(
        field("embedding", embedding).one_of({"rms", "normal"}).help("embedding rows: normal and scaled to root mean square 1, or normal"));
    visit(field("head", head)
              .one_of({"normal", "orthogonal", "zero"})
              .help("output head: normal with variance 1/width, orthogonal, or zero"));
    visit(field("head_gain", head_gain).above(0).help("factor on the head's start"));
  }
};

/// The character transformer of arXiv 2606.12921. What the paper leaves open is a choice here, with our default.
struct TransformerOptions {
  static constexpr const char* kName = "transformer";
  static constexpr bool kUnnamed = true;
  std::int64_t layers = 2;
  std::int64_t width = 128;
  std::int64_t heads = 4;
  std::string mlp = "gelu";
  double mlp_ratio = 4.0;
  std::string residual = "convex";
  double residual_weight = 1.0;
  std::string norm = "rms";
  bool qk_norm = true;
  std::string position = "rope";
  double rope_base = 10000.0;
  std::string attention_scale = "inverse_sqrt";
  bool tied_head = false;
  std::int64_t rank = 8;
  std::vector<std::string> low_rank_layers = {"query", "key", "value", "output", "mlp"};
  double lora_scale = 1.0;
  InitOptions init;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("layers", layers).at_least(1).at_most(1000).help("number of blocks, each attention and MLP"));
    visit(field("width", width).at_least(2).at_most(65536).help("size d of the residual stream"));
    visit(field("heads", heads).at_least(1).at_most(4096).help("attention heads; must divide width into an even size"));
    visit(field("mlp", mlp).one_of({"gelu", "relu2", "swiglu"}).help("form of the MLP"));
    visit(field("mlp_ratio", mlp_ratio).above(0).at_most(64).help("hidden size of the MLP over width"));
    visit(field("residual", residual).one_of({"convex", "plain"}).help("convex: x <- (1-a)x + a*f(norm x); plain: x <- x + a*f(norm x)"));
    visit(field("residual_weight", residual_weight).above(0).help("a = residual_weight / (2*layers)"));
    visit(field("norm", norm).one_of({"rms", "layer"}).help("normalisation before each sub-block and the head, without parameters"));
    visit(field("qk_norm", qk_norm).help("normalise queries and keys per head"));
    visit(field("position", position).one_of({"rope", "none"}).help("position encoding"));
    visit(field("rope_base", rope_base).above(1).help("base of the rotary frequencies"));
    visit(field("attention_scale", attention_scale)
              .one_of({"inverse_sqrt", "inverse"})
              .help("factor on q*k: 1/sqrt(head size) or 1/(head size)"));
    visit(field("tied_head", tied_head).help("the head shares the embedding's table"));
    visit(field("rank", rank).at_least(0).at_most(65536).spelled(0, "dense").help("rank of the low-rank layers, or dense"));
    visit(field("low_rank_layers", low_rank_layers).one_of({"query", "key", "value", "output", "mlp"}).help("which matrices are low-rank"));
    visit(field("lora_scale", lora_scale).above(0).help("s in W = W_pre + s*A*B^T"));
    visit(field("init", init).help("where training starts from"));
  }
};

}  // namespace steepest::model
