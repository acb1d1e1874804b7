// facts.cpp: see facts.h.
#include "report/facts.h"

#include <fmt/format.h>

#include <set>

#include "report/sweep_rows.h"
#include "report/text.h"
#include "run/numerics.h"

namespace steepest::report {
namespace {

using nlohmann::json;

std::string joined(const std::set<std::string>& texts, const char* between = "; ") {
  std::string result;
  for (const auto& text : texts) result += (result.empty() ? "" : between) + text;
  return result;
}

/// "0-5" for whole stretches, else a list.
std::string seeds_text(const std::set<std::int64_t>& seeds) {
  if (seeds.size() > 2 && *seeds.rbegin() - *seeds.begin() + 1 == static_cast<std::int64_t>(seeds.size())) {
    return fmt::format("{} ({} to {})", seeds.size(), *seeds.begin(), *seeds.rbegin());
  }
  std::string list;
  for (const auto seed : seeds) list += (list.empty() ? "" : ", ") + std::to_string(seed);
  return fmt::format("{} ({})", seeds.size(), list);
}

/// Empty for a run without a corpus.
std::string corpus_text(const json& data) {
  if (!data.is_object()) return "";
  const std::string name = value_text(data.value("name", json("unknown")));
  if (name == "synthetic") {
    return fmt::format("synthetic (seed {}, {} characters)", value_text(data.value("source_seed", json("?"))),
                       count(data.value("characters", 0.0)));
  }
  // A text of one's own may go under the name of the group that was changed for it.
  const std::string checksum = data.value("sha256", ""), file = data.value("file", name), shown = file == name + ".txt" ? name : file;
  return checksum.empty() ? shown + " (not checked)" : fmt::format("{} (SHA-256 {}…)", shown, checksum.substr(0, 12));
}

std::string base_text(const json& config, const std::string& corpus) {
  return fmt::format("{} steps of {} on {}", value_text(at_key(config, "base.training.steps")), value_text(at_key(config, "base.optimizer.name")), corpus);
}

std::string tokens_text(const json& config) {
  double tokens = 1;
  std::string parts;
  for (const char* key : {"training.steps", "training.batch", "training.context"}) {
    const json value = at_key(config, key);
    if (!value.is_number()) return "";
    tokens *= value.get<double>();
    parts += (parts.empty() ? "" : " × ") + value_text(value);
  }
  return fmt::format("{} ({})", count(tokens), parts);
}

std::vector<json> environments(const Request& request) {
  std::vector<json> found;
  std::string scale;
  for (const char c : request.scale) scale += c == '\'' ? std::string("''") : std::string(1, c);
  const auto answer = request.database.query(fmt::format(
      "SELECT DISTINCT environment.description FROM study_run JOIN run ON run.id = study_run.run_id "
      "JOIN environment ON environment.id = run.environment_id WHERE study_id = {} AND scale = '{}'", request.study, scale));
  for (const auto& row : answer.rows) found.push_back(json::parse(row[0], nullptr, false));
  return found;
}

std::string machine_text(const json& environment) {
  const auto text = [&](const char* key) {
    const json value = at_key(environment, key);
    return value.is_null() ? std::string("?") : value_text(value);
  };
  return fmt::format("{}, {}, LibTorch {} ({})", text("cpu_model"), text("device"), text("libtorch"), text("cpu_capability"));
}

}  // namespace

std::vector<std::pair<std::string, std::string>> study_facts(const Request& request, const std::vector<store::RunSummary>& runs) {
  std::set<std::string> corpora, bases, tokens, versions, machines;
  std::set<std::int64_t> seeds;
  for (const auto& run : runs) {
    const json config = request.database.run_config(run.id);
    if (const auto text = corpus_text(at_key(config, "data")); !text.empty()) corpora.insert(text);
    if (const auto text = corpus_text(at_key(config, "base.data")); !text.empty()) bases.insert(base_text(config, text));
    if (const auto text = tokens_text(config); !text.empty()) tokens.insert(text);
    versions.insert(run::numerics_text(run.numerics));
    seeds.insert(run.seed);
  }
  for (const auto& environment : environments(request)) machines.insert(machine_text(environment));
  std::vector<std::pair<std::string, std::string>> facts{{"study", request.name}, {"scale", request.scale}};
  if (!corpora.empty()) facts.push_back({"corpus", joined(corpora)});
  if (!bases.empty()) facts.push_back({"fine-tuned base", joined(bases)});
  if (!seeds.empty()) facts.push_back({"seeds", seeds_text(seeds)});
  if (!tokens.empty()) facts.push_back({"tokens a run", joined(tokens)});
  if (!versions.empty()) facts.push_back({"numerics", joined(versions, "; ")});
  facts.push_back({"machine", machines.empty() ? "not recorded" : joined(machines)});
  return facts;
}

bool is_synthetic(const Request& request, const std::vector<store::RunSummary>& runs) {
  for (const auto& run : runs) {
    if (at_key(request.database.run_config(run.id), "data.name") == "synthetic") return true;
  }
  return false;
}

std::string dirty_footnote(const Request& request) {
  for (const auto& environment : environments(request)) {
    if (at_key(environment, "dirty") == true)
      return "some runs were made from a source tree with changes that were not committed";
  }
  return "";
}

}  // namespace steepest::report
