// evidence.cpp: see evidence.h.
#include "tune/evidence.h"

#include <algorithm>

#include "options/error.h"
#include "results/provenance.h"
#include "study/report_section.h"

namespace steepest::tune {
namespace {

constexpr const char* kDense = "dense";

std::string scale_of(const std::vector<std::string>& scales) {
  return std::find(scales.begin(), scales.end(), "paper") != scales.end() ? "paper" : scales.front();
}

/// Nothing where what is stored at this scale holds no such comparison.
results::BestRates rates_of(const results::Study& study, const study::BestRateOptions& asked) {
  try {
    return results::best_rate(study, asked);
  } catch (const options::InputError&) { return {}; }  // a smaller scale need not have the proxy; `steepest report` says so
}

}  // namespace

std::vector<StoredRegret> stored_regrets(const store::Reader& reader, const std::string& but) {
  std::vector<StoredRegret> result;
  for (const auto& name : reader.study_names()) {
    const auto id = reader.study_id(name);
    const auto scales = id ? reader.study_scales(*id) : std::vector<std::string>{};
    if (name == but || scales.empty()) continue;
    const auto asked = study::best_rate_report(reader.study_definition(*id));
    if (!asked || (asked->proxy.empty() && asked->baseline == kDense)) continue;
    const auto study = results::load(reader, *id, scale_of(scales));
    std::string proxy = asked->proxy.empty() ? asked->row + "=" + asked->baseline : "";
    for (const auto& word : asked->proxy) proxy += (proxy.empty() ? "" : " ") + word;
    const bool synthetic = results::provenance(study).synthetic;
    for (const auto& row : rates_of(study, *asked).rows) {
      if (row.row.value != kDense || !row.regret || (!row.regret->diverged && row.regret->regret.n == 0)) continue;
      const std::string network = row.row.label + (row.row.with.empty() ? "" : ", " + row.row.with);
      result.push_back({name, study.scale, network, proxy, synthetic, *row.regret});
    }
  }
  return result;
}

std::vector<claims::Judged> transfer_claims(const hydra::Composer& composer, const store::Reader& reader) {
  std::vector<claims::Claim> all;
  for (const auto& name : claims::claim_names(composer)) {
    auto claim = claims::read_claim(composer, name);
    if (claim.statistic == study::BestRateOptions::kName && (claim.value == "regret.regret" || claim.value == "regret.expected"))
      all.push_back(std::move(claim));
  }
  return claims::evaluate(all, &reader, "");
}

}  // namespace steepest::tune
