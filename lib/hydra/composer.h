// composer.h: Hydra's composition over a folder of YAML files: groups as folders, defaults lists, overrides, interpolation.
#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "hydra/override_grammar.h"

namespace steepest::hydra {

class ConfigFiles;
class Folder;
class MergedFiles;
struct Node;

/// A composed configuration with the origin of every key, so that later complaints can name the place.
struct Composed {
  nlohmann::json tree;
  std::map<std::string, std::string> choices;  ///< group -> chosen option

  Composed(std::shared_ptr<const Node> resolved, std::map<std::string, std::string> chosen);
  /// Whether it has a dotted key.
  bool states(const std::string& key) const;
  /// Origin of a key, or of its nearest enclosing key.
  Source source(const std::string& key) const;
  /// The error with the place of its key filled in.
  options::InputError locate(const options::InputError& error) const;

 private:
  std::shared_ptr<const Node> resolved_;
};

inline constexpr const char* kDefaultRoot = "config";

/// Files are read once and kept, and merged once for each choice of options: to see a changed file, make a new Composer. Copies share what is read.
class Composer {
 public:
  /// `directory` holds root files and one folder per group, `not_groups` apart. Throws InputError if it is no directory.
  explicit Composer(std::filesystem::path directory, std::vector<std::string> not_groups = {});
  /// The same over files from elsewhere; `directory` only names them.
  Composer(std::unique_ptr<const Folder> folder, std::filesystem::path directory);
  /// The same folder composed from another root file, as Hydra's --config-name: `flow` for flow.yaml. Throws InputError if there is none;
  /// `key` and `origin` say where it was asked for.
  Composer rooted_at(const std::string& config_name, const std::string& key = "--config-name", const Source& origin = {}) const;
  /// Composes the root file (config.yaml) with overrides in Hydra's grammar: `group=option`, `a.b=value`, `+a.b=value`, `++a.b=value`,
  /// `~a.b`, `~group`. No sweeps here: expand them first. Throws InputError.
  Composed compose(const std::vector<Override>& overrides) const;
  Composed compose(const std::vector<std::string>& overrides) const;
  /// Names of the root files.
  std::vector<std::string> roots() const;
  /// Names of the groups, and of the options of one.
  std::vector<std::string> groups() const;
  std::vector<std::string> options(const std::string& group) const;
  const std::filesystem::path& directory() const { return directory_; }
  /// The root file, without its ending.
  const std::string& root() const { return root_; }
  const ConfigFiles& files() const { return *files_; }

 private:
  std::filesystem::path directory_;
  std::shared_ptr<const ConfigFiles> files_;
  std::shared_ptr<MergedFiles> merged_;
  std::string root_ = kDefaultRoot;
  std::vector<std::string> not_groups_;
};

}  // namespace steepest::hydra
