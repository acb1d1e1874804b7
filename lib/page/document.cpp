// document.cpp: see document.h.
#include "page/document.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "claims/evaluate.h"
#include "digest/sha256.h"
#include "options/error.h"
#include "page/study_document.h"
#include "report/claim_table.h"

namespace steepest::page {
namespace {

using nlohmann::ordered_json;
using options::InputError;

/// Those that have runs at the scale that is asked for, each with its scale.
std::vector<std::pair<std::string, std::string>> chosen(const store::Reader& reader, const Asked& asked) {
  std::vector<std::pair<std::string, std::string>> result;
  const auto stored = reader.study_names();
  for (const auto& name : asked.studies.empty() ? stored : asked.studies) {
    const auto id = reader.study_id(name);
    if (!id)
      throw InputError({"", fmt::format("there is no study \"{}\"", name), fmt::format("{}", fmt::join(stored, ", ")),
                        options::nearest_name(name, stored), "", 0});
    const auto scales = reader.study_scales(*id);
    const bool has = std::find(scales.begin(), scales.end(), asked.scale) != scales.end();
    if (asked.scale.empty() ? !scales.empty() : has) result.emplace_back(name, asked.scale.empty() ? scales.front() : asked.scale);
    else if (!asked.studies.empty())
      throw InputError({"--scale", fmt::format("study {} has no runs at scale \"{}\"", name, asked.scale),
                        fmt::format("{}", fmt::join(scales, ", ")), options::nearest_name(asked.scale, scales), "", 0});
  }
  if (result.empty())
    throw InputError(
        asked.scale.empty()
            ? "no study has runs yet; `steepest run STUDY` makes some"
            : fmt::format("no study has runs at scale \"{}\"; without --scale each is shown at the one planned last", asked.scale));
  return result;
}

}  // namespace

ordered_json Documents::document(const store::Reader& reader, const hydra::Composer& composer) {
  ordered_json studies = ordered_json::array();
  std::string all;  // the states of all studies
  for (const auto& [name, scale] : chosen(reader, asked_)) {
    const auto id = reader.study_id(name).value();
    const auto state = study_state(reader, id, scale);
    all += name + state;
    auto& known = known_[name + "\n" + scale];
    if (known.state != state) known = {state, study_document(reader, name, scale, asked_.figures)};
    studies.push_back(known.json);
    studies.back()["progress"] = progress_document(reader, id, scale);
  }
  auto& known = known_["\nclaims"];
  if (known.state != all) known = {all, claims(reader, composer)};
  return {{"state", digest::sha256(all).substr(0, 16)}, {"claims", known.json}, {"studies", studies}};
}

ordered_json Documents::progress(const store::Reader& reader) const {
  ordered_json all = ordered_json::array();
  std::string states;
  for (const auto& [name, scale] : chosen(reader, asked_)) {
    const auto id = reader.study_id(name).value();
    states += name + study_state(reader, id, scale);
    all.push_back(progress_document(reader, id, scale));
  }
  return {{"state", digest::sha256(states).substr(0, 16)}, {"progress", all}};
}

ordered_json Documents::claims(const store::Reader& reader, const hydra::Composer& composer) const {
  std::vector<claims::Claim> asked;
  for (const auto& name : claims::claim_names(composer)) {
    auto claim = claims::read_claim(composer, name);
    const auto& studies = asked_.studies;
    if (studies.empty() || std::find(studies.begin(), studies.end(), claim.study) != studies.end()) asked.push_back(std::move(claim));
  }
  const auto judged = claims::evaluate(asked, &reader, asked_.scale);
  return ordered_json::parse(report::render(report::claim_report(judged), report::Format::json, true));
}

}  // namespace steepest::page
