// checkpoint_folders.h: folders of checkpoints and adapters, found and looked into, each once for all runs of a plan.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "data/folders.h"
#include "run/inputs.h"

namespace steepest::app {

class CheckpointFolders {
 public:
  /// What the folders of a base hold. One that is given by a path is called by its last part from here on, and the folder above it is looked into
  /// first: what is stored of a run tells nothing of the machine. Throws InputError with a key of CheckpointBase where there is no such folder, and
  /// naming the file where what it holds is not a checkpoint.
  run::CheckpointContent content(run::CheckpointBase& base, const data::Folders& folders);
  /// The folders above those that were given by paths.
  const std::vector<std::filesystem::path>& led_to() const { return led_to_; }

 private:
  std::filesystem::path found(std::string& name, const char* key, data::Folders folders);

  std::vector<std::filesystem::path> led_to_;
  std::map<std::filesystem::path, std::string> checksums_;
};

}  // namespace steepest::app
