// study_arguments.h: what `run` and `plan` take alike: a study or none, a scale, and overrides.
#pragma once
#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "session.h"
#include "study/study.h"

namespace steepest::app {

inline constexpr const char* kDefaultScale = "quick";

struct StudyArguments {
  std::vector<std::string> words;  ///< as given: the study's name, overrides, `scale=NAME`
  std::string scale, device, config_name;
  bool keep_failed = false;

  /// Adds the positional words, --config-name, and what add_training adds.
  static std::shared_ptr<StudyArguments> add(CLI::App& command);
  /// --scale, --device and --keep-failed.
  void add_training(CLI::App& command);
  /// Composed and validated whole. Throws InputError.
  study::Study load(const Session& session) const;
  /// The devices of --device, one after the other; all of one kind. Throws InputError.
  std::vector<std::string> devices() const;
  /// "cpu" or "cuda", which stands in the runs; empty where none was given.
  std::string device_kind() const;
};

/// A word of the command line that is an override and not a study's name.
bool is_override(const std::string& word);

/// The session's composer, from another root file where one is named.
hydra::Composer composer_for(const Session& session, const std::string& config_name);

/// Refuses what would let every run fail: a corpus that is missing or differs, a device that this machine does not have.
/// Throws InputError. The worker is asked only if a device other than the CPU is named (it takes a second to answer).
void check_requirements(const study::Study& study, const Session& session, const std::vector<std::string>& given_devices);

}  // namespace steepest::app
