// any_model.h: every network as one closed set, without LibTorch.
#pragma once
#include <variant>

#include "model/transformer_flops.h"
#include "model/transformer_options.h"
#include "model/transformer_rules.h"
#include "model/transformer_shapes.h"

namespace steepest::model {

/// The options of one network, told by its `kName`. What plans and reports ask of them stands beside them as overloads: block_shapes,
/// parameter_counts, training_flops_per_token, check, without_adapters.
using AnyModel = std::variant<TransformerOptions>;

}  // namespace steepest::model
