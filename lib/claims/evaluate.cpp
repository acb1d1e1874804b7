// evaluate.cpp: see evaluate.h.
#include "claims/evaluate.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "options/error.h"
#include "results/named.h"
#include "results/provenance.h"
#include "study/report_options.h"

namespace steepest::claims {
namespace {

using nlohmann::json;

/// Studies as they were loaded, each once however many claims are about it.
class Studies {
 public:
  explicit Studies(const store::Reader& reader) : reader_(reader) {}

  const results::Study& loaded(std::int64_t id, const std::string& scale, const results::Wanted& wanted) {
    const auto [place, fresh] = studies_.try_emplace({id, scale, wanted.curves, wanted.spectra});
    if (fresh) place->second = results::load(reader_, id, scale, wanted);
    return place->second;
  }

 private:
  const store::Reader& reader_;
  std::map<std::tuple<std::int64_t, std::string, std::vector<std::string>, std::vector<std::string>>, results::Study> studies_;
};

std::string scale_of(const std::vector<std::string>& scales, const std::string& asked) {
  const auto has = [&](const std::string& name) { return std::find(scales.begin(), scales.end(), name) != scales.end(); };
  if (!asked.empty()) return has(asked) ? asked : "";
  if (has("paper")) return "paper";
  return scales.empty() ? "" : scales.front();
}

/// The claim's own, or those of the study's report if that is of the same statistic.
json options_of(const Claim& claim, const json& definition) {
  if (!claim.options.is_null()) return claim.options;
  const json report = definition.value("report", json::object());
  if (!report.is_object() || report.value("kind", json()) != claim.statistic) return json::object();
  json options = report;
  for (const auto& key : study::kReportKeys) options.erase(key);
  return options;
}

}  // namespace

std::vector<Judged> evaluate(const std::vector<Claim>& claims, const store::Reader* reader, const std::string& scale) {
  std::vector<Judged> result;
  std::optional<Studies> studies;
  if (reader) studies.emplace(*reader);
  for (const auto& claim : claims) {
    Judged& judged = result.emplace_back(Judged{claim, "", false, false, {}});
    const auto id = reader ? reader->study_id(claim.study) : std::nullopt;
    if (!id) continue;
    judged.scale = scale_of(reader->study_scales(*id), scale);
    if (judged.scale.empty()) continue;
    const json options = options_of(claim, reader->study_definition(*id));
    const auto& study = studies->loaded(*id, judged.scale, results::wanted_by(claim.statistic, options));
    const auto provenance = results::provenance(study);
    judged.synthetic = provenance.synthetic;
    judged.mixed = provenance.mixed_cells > 0;
    std::optional<results::Found> found;
    try {
      found = results::statistic(claim.statistic, options, study, "options");
    } catch (const options::InputError& error) {  // a smaller scale need not sweep all that a claim is about
      judged.judgement.why = error.parts().problem.empty() ? error.what() : error.parts().problem;
      continue;
    }
    try {
      judged.judgement = judge(claim, results::to_json(*found).at("rows"));
    } catch (const options::InputError& error) { throw error.at(claim.file, 0, 0); }
    if (judged.synthetic && judged.judgement.verdict != Verdict::not_run) {
      judged.judgement.verdict = Verdict::inconclusive;
      judged.judgement.why = "synthetic corpus";
    }
  }
  return result;
}

}  // namespace steepest::claims
