// checkpoint_folders.cpp: see checkpoint_folders.h.
#include "checkpoint_folders.h"

#include "options/error.h"
#include "options/valid_text.h"
#include "weights/llama_config.h"
#include "weights/tensors.h"

namespace steepest::app {

namespace fs = std::filesystem;
using options::InputError;

fs::path CheckpointFolders::found(std::string& name, const char* key, data::Folders folders) {
  std::error_code failed;
  if (name.find('/') != std::string::npos) {
    fs::path folder = fs::weakly_canonical(fs::absolute(name, failed), failed);
    if (!folder.has_filename()) folder = folder.parent_path();
    if (!fs::is_directory(folder, failed))
      throw InputError({key, "there is no folder " + name, "a folder that is there, or its name below " + folders.listed()});
    folders.put_first(folder.parent_path());
    led_to_.push_back(folder.parent_path());
    name = folder.filename().string();
  }
  const fs::path folder = folders.find(name);
  if (!fs::is_directory(folder, failed)) {
    throw InputError({key, "there is no folder " + name + " in " + folders.listed(),
                      "a folder there, such as `make model-smollm2` makes; or set STEEPEST_DATA_DIR to a list of folders that holds it"});
  }
  return folder;
}

run::CheckpointContent CheckpointFolders::content(run::CheckpointBase& base, const data::Folders& folders) {
  const auto checksum = [&](const fs::path& folder, const weights::Tensors& tensors) {
    auto known = checksums_.find(folder);
    if (known == checksums_.end()) known = checksums_.emplace(folder, tensors.sha256()).first;
    return known->second;
  };
  run::CheckpointContent content;
  const fs::path folder = found(base.path, "path", folders);
  content.shape = weights::read_llama_config(folder);
  content.sha256 = checksum(folder, weights::Tensors::in_folder(folder));
  if (base.adapter.empty()) return content;
  const fs::path adapter = found(base.adapter, "adapter", folders);
  content.adapter = weights::read_adapter_config(adapter);
  content.adapter_sha256 = checksum(adapter, weights::Tensors::in_folder(adapter, weights::kAdapterModel));
  return content;
}

}  // namespace steepest::app
