// study_arguments.cpp: see study_arguments.h.
#include "study_arguments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "data/corpus.h"
#include "data/known_file.h"
#include "hydra_words.h"
#include "options/json.h"
#include "sweep/probe.h"

namespace steepest::app {

using options::InputError;

namespace {

/// "cuda" of "cuda:1".
std::string kind_of(const std::string& device) { return device.substr(0, device.find(':')); }

/// A study's file whose name reads as something else is not taken for a misspelt key.
void refuse_misnamed(const hydra::Composer& composer, const std::vector<std::string>& words) {
  for (const auto& name : study::misnamed_studies(composer)) {
    if (std::find(words.begin(), words.end(), name) == words.end()) continue;
    throw InputError({"", fmt::format("a study cannot be called \"{}\", which reads as an override or an option", name),
                      "another name of the file", "", (composer.directory() / "study" / (name + ".yaml")).string(), 0});
  }
}

}  // namespace

bool is_override(const std::string& word) { return word.find('=') != std::string::npos || (!word.empty() && word[0] == '~'); }

std::shared_ptr<StudyArguments> StudyArguments::add(CLI::App& command) {
  auto arguments = std::make_shared<StudyArguments>();
  command.add_option("words", arguments->words, "a study's name and overrides such as model.rank=2,8 or seed=range(6)")
      ->type_name("[STUDY] [KEY=VALUE]");
  arguments->add_training(command);
  command.add_option("--config-name", arguments->config_name, "root file of runs without a study: config (default) or flow")
      ->type_name("NAME");
  return arguments;
}

void StudyArguments::add_training(CLI::App& command) {
  command.add_option("--scale", scale, "smoke (seconds), quick (minutes, the default) or paper (what the paper did)")->type_name("NAME");
  command.add_option("--device", device, "where to train: cpu, cuda, cuda:1, or several: cuda:0,cuda:1, a worker on each")
      ->type_name("NAME,...");
  command.add_flag("--keep-failed", keep_failed, "do not try failed runs again");
}

hydra::Composer composer_for(const Session& session, const std::string& config_name) {
  auto composer = session.composer();
  return config_name.empty() ? composer : composer.rooted_at(config_name);
}

std::vector<std::string> StudyArguments::devices() const {
  std::vector<std::string> names;
  std::istringstream list(device);
  for (std::string name; std::getline(list, name, ',');) {
    const std::string kind = kind_of(name);
    if (kind != "cpu" && kind != "cuda") {
      throw InputError({"--device", "found \"" + name + "\"", "cpu, cuda, cuda:N, or several of one kind such as cuda:0,cuda:1",
                        options::nearest_name(kind, {"cpu", "cuda"}), "", 0});
    }
    if (!names.empty() && kind != kind_of(names.front())) {
      throw InputError(
          {"--device", "found \"" + device + "\"", "devices of one kind: another kind gives other numbers, so other runs", "", "", 0});
    }
    names.push_back(name);
  }
  return names;
}

// The kind alone stands in the run: which device of its kind a worker takes changes no number.
std::string StudyArguments::device_kind() const {
  const auto given = devices();
  return given.empty() ? "" : kind_of(given.front());
}

study::Study StudyArguments::load(const Session& session) const {
  const auto composer = composer_for(session, config_name);
  refuse_misnamed(composer, words);
  refuse_hydra_settings(words);
  std::string study, chosen = scale;
  std::vector<std::string> overrides;
  for (const auto& word : words) {
    if (word.rfind("scale=", 0) == 0) {
      const std::string name = word.substr(6);
      if (!chosen.empty() && chosen != name) throw InputError(fmt::format("two scales are given, {} and {}; one is needed", chosen, name));
      chosen = name;
    } else if (is_override(word)) {
      overrides.push_back(word);
    } else if (study.empty()) {
      study = word;
    } else {
      throw InputError(
          fmt::format("\"{}\" is neither an override (KEY=VALUE) nor the study, which is {} already; one study at a time", word, study));
    }
  }
  if (const auto kind = device_kind(); !kind.empty()) overrides.push_back("device=" + kind);
  if (study.empty() && overrides.empty()) {
    const auto names = study::study_names(composer);
    throw InputError(fmt::format("nothing to run: name a study ({}) or give overrides such as model.rank=2,8", fmt::join(names, ", ")));
  }
  if (!study.empty() && !config_name.empty())
    throw InputError(fmt::format("--config-name is for runs without a study; {} names its own root", study));
  return study::load_study(composer, study, chosen.empty() ? kDefaultScale : chosen, overrides, session.completion(study));
}

void check_requirements(const study::Study& study, const Session& session, const std::vector<std::string>& given_devices) {
  std::set<std::string> devices(given_devices.begin(), given_devices.end());
  std::set<std::pair<std::string, nlohmann::json>> corpora, files;  // the section that names it, and what it says
  std::set<nlohmann::json> checkpoints;
  for (const auto& run : study.runs) {
    if (given_devices.empty()) devices.insert(run.config.value("device", "cpu"));
    if (run.config.contains("data")) corpora.insert({"", run.config.at("data")});
    const auto base = run.config.value("base", nlohmann::json::object());
    if (base.contains("data")) corpora.insert({"base", base.at("data")});
    if (base.contains("weights")) files.insert({"base.weights", base.at("weights")});
    if (base.value("name", "") == run::CheckpointBase::kName) checkpoints.insert(base);
  }
  devices.erase("cpu");
  if (!devices.empty()) {
    const auto probe = sweep::probe_worker(session.worker());
    const auto present = probe.value("devices", std::vector<std::string>{"cpu"});
    for (const auto& device : devices) {
      const auto serves = [&](const std::string& name) { return name == device || (device == "cuda" && name.rfind("cuda:", 0) == 0); };
      if (std::any_of(present.begin(), present.end(), serves)) continue;
      throw InputError({"device", fmt::format("\"{}\" is not a device of this machine and LibTorch build", device),
                        fmt::format("{}", fmt::join(present, ", ")), options::nearest_name(device, present), "", 0});
    }
  }
  const auto below = [](const std::string& section, const auto& check) {
    try {
      check();
    } catch (const InputError& error) { throw section.empty() ? error : error.below(section); }
  };
  for (const auto& [section, corpus] : corpora) {
    below(section, [&, &given = corpus] { data::check_corpus(options::from_json<data::DataOptions>(given, "data"), session.data()); });
  }
  for (const auto& [section, file] : files) {
    below(section, [&, &given = file] { data::checked_file(options::from_json<data::FileOptions>(given, ""), session.data()); });
  }
  for (const auto& given : checkpoints) session.check_checkpoint(options::from_json<run::CheckpointBase>(given, "base", {"name"}));
}

}  // namespace steepest::app
