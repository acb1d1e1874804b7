// provenance.cpp: see provenance.h.
#include "results/provenance.h"

#include "results/label.h"

namespace steepest::results {

TokenCount token_count(const Run& run) {
  return {at_key(run.config, "training.steps"), at_key(run.config, "training.batch"), at_key(run.config, "training.context")};
}

std::string machine_kind(const nlohmann::json& environment) {
  const auto text = [&](const char* key) {
    const auto value = at_key(environment, key);
    return value.is_null() ? std::string("?") : value_text(value);
  };
  return text("cpu_model") + ", " + text("device") + ", LibTorch " + text("libtorch") + " (" + text("cpu_capability") + ")";
}

Provenance provenance(const Study& study) {
  Provenance found;
  for (const auto& cell : study.cells) {
    std::set<std::string> machines;
    found.runs += counts(cell, "");  // no metric: by status alone
    for (const auto& run : cell.runs) {
      if (run.environment) machines.insert(machine_kind(study.environments[*run.environment]));
      found.stacked += run.stacked > 0 ? 1 : 0;
      if (run.status == store::RunStatus::completed || run.status == store::RunStatus::diverged) found.seeds.insert(run.seed);
      if (const auto name = at_key(run.config, "data.name"); name.is_string()) found.corpora.insert(name.get<std::string>());
      const auto count = token_count(run);
      if (count.steps.is_number() && count.batch.is_number() && count.context.is_number())
        found.tokens.insert(count.steps.get<double>() * count.batch.get<double>() * count.context.get<double>());
    }
    found.mixed_cells += machines.size() > 1 ? 1 : 0;
  }
  found.synthetic = found.corpora.count("synthetic") > 0;
  for (const auto& environment : study.environments) found.dirty = found.dirty || at_key(environment, "dirty") == true;
  return found;
}

}  // namespace steepest::results
