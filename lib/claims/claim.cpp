// claim.cpp: see claim.h.
#include "claims/claim.h"

#include <algorithm>
#include <cmath>

#include "hydra/config_files.h"
#include "options/json.h"
#include "options/valid_text.h"
#include "results/named.h"
#include "study/study.h"

namespace steepest::claims {
namespace {

using options::InputError;

const std::vector<std::string> kBeside = {"reported", "options", "rows"};

/// The complaint at the place of its key in the file.
InputError located(const InputError& error, const hydra::Node& file) {
  const std::string& key = error.parts().key;
  const hydra::Node* at = file.find(key.substr(0, key.find('.')));
  const hydra::Source source = (at ? *at : file).origin.source();
  return error.at(source.file, source.line, source.column);
}

void check_named(const std::string& key, const std::string& found, const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), found) != known.end()) return;
  throw InputError(
      {key, "there is no " + key + " " + options::quoted(found), options::list_text(known), options::nearest_name(found, known)});
}

void check(const Claim& claim, const hydra::Composer& composer) {
  for (const auto& [key, text] : {std::pair{"statement", &claim.statement}, {"source", &claim.source}, {"value", &claim.value}}) {
    if (text->empty()) throw InputError({key, "found nothing", "text"});
  }
  check_named("study", claim.study, study::study_names(composer));
  check_named("statistic", claim.statistic, results::statistic_names());
  const auto& [low, high] = claim.holds;
  if (std::isinf(low) && std::isinf(high)) throw InputError({"holds", "found no bound", "at_least, at_most, or both"});
  if (!(low <= high)) throw InputError({"holds", "at_least is above at_most", "an interval"});
  if (!claim.options.is_null() && !claim.options.is_object())
    throw InputError({"options", "found " + options::quoted(claim.options), "keys with values"});
  const auto is_wish = [](const nlohmann::json& row) { return row.is_object(); };
  const bool wishes = claim.rows.is_array() && std::all_of(claim.rows.begin(), claim.rows.end(), is_wish);
  if (!claim.rows.is_null() && !is_wish(claim.rows) && !wishes)
    throw InputError({"rows", "found " + options::quoted(claim.rows), "keys with values, or a list of them"});
}

}  // namespace

std::vector<std::string> claim_names(const hydra::Composer& composer) { return composer.files().list("claims", false); }

Claim read_claim(const hydra::Composer& composer, const std::string& name) {
  const auto names = claim_names(composer);
  check_named("claim", name, names);
  const hydra::Node& file = composer.files().load("claims/" + name)->tree;
  try {
    const nlohmann::json keys = file.to_json();
    Claim claim = options::from_json<Claim>(keys, "", kBeside);
    claim.name = name;
    claim.file = composer.files().shown("claims/" + name);
    claim.reported = keys.value("reported", nlohmann::json());
    claim.options = keys.value("options", nlohmann::json());
    claim.rows = keys.value("rows", nlohmann::json());
    check(claim, composer);
    return claim;
  } catch (const InputError& error) { throw located(error, file); }
}

}  // namespace steepest::claims
