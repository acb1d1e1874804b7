// llama_options.h: fine-tuning of a network of Llama's architecture, without LibTorch.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "options/field.h"
#include "weights/llama_shape.h"

namespace steepest::model {

/// Where adapters start from.
struct AdapterInitOptions {
  std::string factors = "lora";
  double factor_scale = 1.0;
  double factor_condition = 1.0;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(
        field("factors", factors)
            .one_of({"lora", "principal"})
            .help("lora: A = 0, B uniform in +-1/sqrt(fan_in), as PEFT starts lora_B and lora_A; principal: the leading part of the base's "
                  "weight, the rest frozen, as PiSSA does"));
    visit(field("factor_scale", factor_scale).above(0).help("gauge of the start: A*c, B/c; the product does not change"));
    visit(field("factor_condition", factor_condition)
              .at_least(1)
              .at_most(1e12)
              .help("gauge of the start: A*R, B*R^-T with a random R in GL(rank) of this condition; the product does not change; 1: none"));
  }
};

/// A checkpoint of Llama's architecture with low-rank adapters, of which these alone are trained. Layers have PEFT's names.
struct LlamaOptions {
  static constexpr const char* kName = "llama";
  std::int64_t rank = 8;
  std::vector<std::string> low_rank_layers = {"q_proj", "v_proj"};
  double lora_alpha = 16.0;
  AdapterInitOptions init;
  weights::LlamaShape shape;

  /// s in W = W_pre + s A B^T.
  double lora_scale() const { return rank > 0 ? lora_alpha / static_cast<double>(rank) : 1.0; }

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("rank", rank).at_least(1).at_most(65536).help("rank of the adapters"));
    visit(field("low_rank_layers", low_rank_layers)
              .one_of({"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"})
              .help("which matrices of every block have an adapter"));
    visit(field("lora_alpha", lora_alpha).above(0).help("s = lora_alpha / rank in W = W_pre + s*A*B^T"));
    visit(field("init", init).help("where training starts from"));
    visit(field("shape", shape).help("of the checkpoint's config.json, taken when the run is planned"));
  }
};

}  // namespace steepest::model
