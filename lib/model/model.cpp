// model.cpp: see model.h.
#include "model/model.h"

#include <stdexcept>

#include "model/transformer.h"

namespace steepest::model {

std::shared_ptr<Model> make_model(const TransformerOptions& options, std::int64_t vocabulary, std::uint64_t seed, const Placement& placement) {
  return std::make_shared<Transformer>(options, vocabulary, seed, placement.device, placement.type);
}

std::shared_ptr<Model> make_model(const TransformerOptions& options, const Model& base, bool frozen_tables, std::uint64_t seed,
                                  const Placement& placement) {
  const auto* same = dynamic_cast<const Transformer*>(&base);
  if (same == nullptr) throw std::invalid_argument("the base is a network of another kind");
  return std::make_shared<Transformer>(options, *same, frozen_tables, seed, placement.device, placement.type);
}

}  // namespace steepest::model
