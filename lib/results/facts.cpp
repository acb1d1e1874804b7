// facts.cpp: see facts.h.
#include "results/facts.h"

#include "results/label.h"

namespace steepest::results {

TokenCount token_count(const Run& run) {
  return {at_key(run.config, "training.steps"), at_key(run.config, "training.batch"), at_key(run.config, "training.context")};
}

Facts facts(const Study& study) {
  Facts facts;
  for (const auto& cell : study.cells) {
    facts.runs += counts(cell, "");  // no metric: by status alone
    for (const auto& run : cell.runs) {
      if (run.status == store::RunStatus::completed || run.status == store::RunStatus::diverged) facts.seeds.insert(run.seed);
      if (const auto name = at_key(run.config, "data.name"); name.is_string()) facts.corpora.insert(name.get<std::string>());
      const auto count = token_count(run);
      if (count.steps.is_number() && count.batch.is_number() && count.context.is_number())
        facts.tokens.insert(count.steps.get<double>() * count.batch.get<double>() * count.context.get<double>());
    }
  }
  facts.synthetic = facts.corpora.count("synthetic") > 0;
  for (const auto& environment : study.environments) facts.dirty = facts.dirty || at_key(environment, "dirty") == true;
  return facts;
}

}  // namespace steepest::results
