// tree.h: a configuration while it is composed: ordered maps, lists and scalars, each knowing where it was written.
#pragma once
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "hydra/override.h"

namespace steepest::hydra {

/// Nesting of files, values and references stops here, so that one that never ends is a message and not a full stack.
inline constexpr int kDeepest = 64;

/// A place in a file; the file's name is shared by all nodes of the file.
struct Origin {
  std::shared_ptr<const std::string> file;
  int line = 0, column = 0;
  Source source() const { return {file ? *file : std::string(), line, column}; }
  static Origin of(const Source& source);
};

/// One value of a configuration.
struct Node {
  enum class Kind { scalar, map, list };
  struct Entry;

  Kind kind = Kind::scalar;
  nlohmann::json value;        ///< of a scalar: null, bool, integer, float or string
  std::vector<Entry> entries;  ///< of a map, in the order of the file
  std::vector<Node> items;     ///< of a list
  Origin origin;               ///< of a map's value: where its key stands; of a list's item: where the item does

  static Node make_map(Origin origin);
  static Node make_list(Origin origin);
  static Node make_scalar(nlohmann::json value, Origin origin);
  static Node from_json(const nlohmann::json& json, const Origin& origin);

  bool is_map() const { return kind == Kind::map; }
  bool is_list() const { return kind == Kind::list; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_null() const { return is_scalar() && value.is_null(); }
  bool is_string() const { return is_scalar() && value.is_string(); }
  const std::string& text() const { return value.get_ref<const std::string&>(); }
  /// `???`: a value that someone must still give.
  bool is_missing() const { return is_string() && text() == "???"; }
  /// A string with `${`.
  bool is_interpolation() const { return is_string() && text().find("${") != std::string::npos; }

  /// The child of a map by key, or of a list by index; null if there is none.
  const Node* find(const std::string& key) const;
  Node* find(const std::string& key);
  std::vector<std::string> keys() const;
  nlohmann::json to_json() const;
};

/// A key of a map and its value; no std::pair, because a pair of a type still unfinished is not allowed.
struct Node::Entry {
  std::string first;
  Node second;
};

/// Merges `from` over `onto` as Hydra does: maps key by key, lists and scalars replace, `???` replaces nothing.
/// `root` is where interpolations of `onto` point into: a map that is merged over `${x}` starts from a copy of what x is.
/// Throws InputError, with `path` before the key, where a map meets a list.
void merge(Node& onto, const Node& from, const Node& root, const std::string& path = "");

/// "a.b[c]" -> {a, b, c}.
std::vector<std::string> split_key(const std::string& key);

/// A map that holds `content` at the dotted place `package` ("" or "a.b").
Node embed(const Node& content, const std::string& package);

}  // namespace steepest::hydra
