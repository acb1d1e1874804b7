// merged_files.h: the files of a configuration merged, before its values are overridden: once for all runs that choose the same options.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "hydra/config_files.h"
#include "hydra/override.h"

namespace steepest::hydra {

struct Merged {
  Node tree;
  std::map<std::string, std::string> choices;  ///< `group` or `group@package` -> option
};

class MergedFiles {
 public:
  explicit MergedFiles(const ConfigFiles& files) : files_(files) {}

  /// The files that `root` asks for under the choices of options (is_choice) that the overrides make. Throws InputError.
  std::shared_ptr<const Merged> of(const std::string& root, const std::vector<Override>& choices);

 private:
  const ConfigFiles& files_;
  std::mutex mutex_;
  std::map<std::vector<nlohmann::json>, std::shared_ptr<const Merged>> known_;  ///< by the root and what the choices say
};

}  // namespace steepest::hydra
