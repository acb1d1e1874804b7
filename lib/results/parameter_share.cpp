// parameter_share.cpp: see parameter_share.h.
#include "results/parameter_share.h"

#include "model/all_models.h"
#include "options/json.h"
#include "results/label.h"

namespace steepest::results {

std::optional<ParameterShare> parameter_share(const nlohmann::json& config) {
  if (!config.is_object() || !config.contains("model")) return {};
  try {
    const auto options = options::from_json<model::AnyOptions>(config.at("model"), "model");
    const nlohmann::json vocabulary = at_key(config, "data.vocabulary"), frozen = at_key(config, "base.frozen_tables");
    const auto known = vocabulary.is_number_integer() ? vocabulary.get<std::int64_t>() : 0;
    const auto counts =
        model::parameter_counts(options, known, {config.contains("base"), config.contains("base") ? frozen == false : true});
    const auto percent = [](std::int64_t part, std::int64_t whole) {
      return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    };
    ParameterShare share{percent(counts.hidden, counts.hidden_dense)};
    if (known == 0) return share;
    const std::int64_t table = known * model::tables(options, known).width;
    share.total = percent(counts.total(), counts.total_dense());
    share.one_table = percent(counts.hidden + table, counts.hidden_dense + table);
    return share;
  } catch (const options::InputError&) {
    return {};  // a run of an older version, with keys that are not known any more
  }
}

}  // namespace steepest::results
