// header.cpp: see header.h.
#include "report/header.h"

#include <fmt/format.h>

#include <set>

#include "report/text.h"
#include "results/label.h"
#include "run/numerics.h"

namespace steepest::report {
namespace {

using nlohmann::json;
using results::at_key;

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

/// Of a base that is trained, or loaded; empty: from scratch.
std::string base_text(const json& config) {
  if (const json weights = at_key(config, "base.weights"); weights.is_object())
    return fmt::format("{} (SHA-256 {}…)", weights.value("file", "?"), weights.value("sha256", "").substr(0, 12));
  const std::string corpus = corpus_text(at_key(config, "base.data"));
  if (corpus.empty()) return "";
  return fmt::format("{} steps of {} on {}", value_text(at_key(config, "base.training.steps")),
                     value_text(at_key(config, "base.optimizer.name")), corpus);
}

using Tokens = std::set<std::pair<double, std::string>>;

/// Adds a run's tokens, if it reads any: how many, and how it is written.
void add_tokens(Tokens& tokens, const results::Run& run) {
  const auto [steps, batch, context] = results::token_count(run);
  if (!steps.is_number() || !batch.is_number() || !context.is_number()) return;
  const double number = steps.get<double>() * batch.get<double>() * context.get<double>();
  tokens.emplace(number, fmt::format("{} ({} × {} × {})", count(number), value_text(steps), value_text(batch), value_text(context)));
}

/// Each number in its order; of many, the least and the most.
std::string tokens_text(const Tokens& tokens) {
  constexpr std::size_t kListed = 4;
  if (tokens.size() > kListed) return fmt::format("{} to {}, {} numbers", tokens.begin()->second, tokens.rbegin()->second, tokens.size());
  std::string list;
  for (const auto& [number, text] : tokens) list += (list.empty() ? "" : "; ") + text;
  return list;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> cautions(const results::Provenance& provenance, std::size_t cells) {
  std::vector<std::pair<std::string, std::string>> lines;
  if (const auto mixed = provenance.mixed_cells; mixed > 0) {
    lines.emplace_back(kMixedMachines,
                       fmt::format("the runs of {} of {} cells are not all of one kind of machine and one LibTorch", mixed, cells));
  }
  if (const auto stacked = provenance.stacked; stacked > 0) {
    lines.emplace_back("stacked",
                       fmt::format("{} of {} runs were trained as one with others: equal to runs of their own to rounding, not to the bit",
                                   stacked, provenance.runs.runs));
  }
  return lines;
}

std::vector<std::pair<std::string, std::string>> header_of(const std::string& name, const results::Study& study) {
  std::set<std::string> corpora, bases, versions, machines;
  Tokens tokens;
  std::set<std::int64_t> seeds;
  for (const auto& cell : study.cells) {
    for (const auto& run : cell.runs) {
      if (const auto text = corpus_text(at_key(run.config, "data")); !text.empty()) corpora.insert(text);
      if (const auto text = base_text(run.config); !text.empty()) bases.insert(text);
      add_tokens(tokens, run);
      versions.insert(run::numerics_text(run.numerics));
      seeds.insert(run.seed);
    }
  }
  for (const auto& environment : study.environments) machines.insert(results::machine_kind(environment));
  std::vector<std::pair<std::string, std::string>> header{{"study", name}, {"scale", study.scale}};
  if (!corpora.empty()) header.push_back({"corpus", joined(corpora)});
  if (!bases.empty()) header.push_back({"fine-tuned base", joined(bases)});
  if (!seeds.empty()) header.push_back({"seeds", seeds_text(seeds)});
  if (!tokens.empty()) header.push_back({"tokens a run", tokens_text(tokens)});
  if (!versions.empty()) header.push_back({"numerics", joined(versions, "; ")});
  header.push_back({"machine", machines.empty() ? "not recorded" : joined(machines)});
  for (auto& line : cautions(results::provenance(study), study.cells.size())) header.push_back(std::move(line));
  return header;
}

nlohmann::ordered_json to_json(const results::Provenance& provenance) {
  const auto& runs = provenance.runs;
  return {{"runs", runs.runs},
          {"completed", runs.completed},
          {"diverged", runs.diverged},
          {"failed", runs.failed},
          {"unfinished", runs.unfinished},
          {"seeds", provenance.seeds},
          {"corpora", provenance.corpora},
          {"tokens", provenance.tokens},
          {"synthetic", provenance.synthetic},
          {"dirty", provenance.dirty},
          {"stacked", provenance.stacked}};
}

}  // namespace steepest::report
