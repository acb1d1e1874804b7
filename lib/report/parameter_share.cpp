// parameter_share.cpp: see parameter_share.h.
#include "report/parameter_share.h"

#include "model/transformer_shapes.h"
#include "options/json.h"

namespace steepest::report {

std::optional<ParameterShare> parameter_share(const nlohmann::json& config) {
  if (!config.is_object() || !config.contains("model")) return {};
  try {
    const auto options = options::from_json<model::TransformerOptions>(config.at("model"), "model");
    const auto counts = model::parameter_counts(options);
    const auto percent = [](std::int64_t part, std::int64_t whole) {
      return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    };
    return ParameterShare{percent(counts.hidden, counts.hidden_dense), percent(counts.total(), counts.total_dense())};
  } catch (const options::InputError&) {
    return {};  // a run of an older version, with keys that are not known any more
  }
}

}  // namespace steepest::report
