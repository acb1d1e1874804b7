// yaml_tree.cpp: yaml-cpp's nodes turned into our tree, with the rules that yaml-cpp leaves out.
#include "hydra/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <sstream>

#include "hydra/utf8.h"
#include "hydra/yaml_scalar.h"
#include "options/valid_text.h"

namespace steepest::hydra {
namespace {

// Aliases can make a small file a huge or an endless tree; no real configuration comes near these.
constexpr int kLargest = 100000;

class Converter {
 public:
  explicit Converter(const std::string& shown) : file_(std::make_shared<const std::string>(shown)) {}

  Node convert(const YAML::Node& yaml, int depth, const Origin& origin) {
    if (depth > kDeepest) fail("nested deeper than " + std::to_string(kDeepest) + " levels, or an alias that contains itself", origin);
    if (++count_ > kLargest) fail("more than " + std::to_string(kLargest) + " values", origin);
    switch (yaml.Type()) {
      case YAML::NodeType::Map: return map(yaml, depth, origin);
      case YAML::NodeType::Sequence: {
        Node list = Node::make_list(origin);
        for (const auto& item : yaml) list.items.push_back(convert(item, depth + 1, here(item.Mark())));
        return list;
      }
      case YAML::NodeType::Scalar: return scalar(yaml, origin);
      default: return Node::make_scalar(nullptr, origin);
    }
  }

  Origin here(const YAML::Mark& mark) const { return mark.is_null() ? Origin{file_} : Origin{file_, mark.line + 1, mark.column + 1}; }

  [[noreturn]] void fail(const std::string& problem, const Origin& at, const std::string& key = "") const {
    throw options::InputError({key, problem, "", "", *file_, at.line, at.column});
  }

 private:
  Node scalar(const YAML::Node& yaml, const Origin& origin) const {
    const std::string& tag = yaml.Tag();
    if (tag == "!" || tag == "tag:yaml.org,2002:str") return Node::make_scalar(yaml.Scalar(), origin);
    const bool implicit = tag == "?" || tag.empty();
    if (implicit || tag == "tag:yaml.org,2002:int" || tag == "tag:yaml.org,2002:bool" || tag == "tag:yaml.org,2002:null") {
      nlohmann::json value = plain_scalar(yaml.Scalar());
      if (value.is_discarded()) fail("found " + options::quoted(yaml.Scalar()) + ", an integer without digits", origin);
      return Node::make_scalar(std::move(value), origin);
    }
    if (tag == "tag:yaml.org,2002:float") return Node::make_scalar(python_float(yaml.Scalar()), origin);
    fail("the tag " + tag + " is not supported", origin);
  }

  Node map(const YAML::Node& yaml, int depth, const Origin& origin) {
    Node map = Node::make_map(origin);
    std::vector<Node> merged;  // the maps behind `<<`
    for (const auto& item : yaml) {
      const Origin at = here(item.first.Mark());
      if (!item.first.IsScalar() && !item.first.IsNull()) fail("a key that is a list or a map", at);
      const std::string key = item.first.IsNull() ? "null" : item.first.Scalar();
      if (key == "<<" && item.first.Tag() == "?") {
        collect(item.second, depth, at, merged);
        continue;
      }
      if (const Node* earlier = map.find(key)) fail("given twice, first in line " + std::to_string(earlier->origin.line), at, key);
      map.entries.push_back({key, convert(item.second, depth + 1, at)});
    }
    for (const Node& from : merged) {
      for (const Node::Entry& entry : from.entries) {
        if (!map.find(entry.first)) map.entries.push_back(entry);
      }
    }
    return map;
  }

  void collect(const YAML::Node& yaml, int depth, const Origin& at, std::vector<Node>& merged) {
    if (yaml.IsMap()) {
      merged.push_back(convert(yaml, depth + 1, at));
    } else if (yaml.IsSequence()) {
      for (const auto& item : yaml) {
        if (!item.IsMap()) fail("<<: expected maps to merge", at);
        merged.push_back(convert(item, depth + 1, at));
      }
    } else {
      fail("<<: expected a map to merge", at);
    }
  }

  std::shared_ptr<const std::string> file_;
  int count_ = 0;
};

/// The header: comment lines `# @key value` before anything else; empty lines are skipped.
std::optional<std::string> package_header(const std::string& text, const Converter& converter) {
  std::optional<std::string> package;
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const std::size_t hash = line.find_first_not_of(" \t\r");
    if (hash == std::string::npos) continue;
    const std::size_t key = line[hash] == '#' ? line.find_first_not_of(" \t", hash + 1) : std::string::npos;
    if (key == std::string::npos || line[key] != '@') break;
    std::istringstream words(line.substr(key + 1));
    std::string name, value, more;
    words >> name >> value;
    if (value.empty() || words >> more)
      converter.fail("a header line is \"# @package NAME\"", {nullptr, number, static_cast<int>(hash) + 1});
    if (name == "package") package = value;
  }
  return package;
}

/// YAML's text is UTF-8 without control characters; yaml-cpp takes anything and may end a file at one of them.
void check_characters(const std::string& text, const Converter& converter) {
  const auto control = std::find_if(text.begin(), text.end(),
                                    [](char c) { return (c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 0x7f; });
  const std::size_t bad = std::min(first_not_utf8(text), static_cast<std::size_t>(control - text.begin()));
  if (bad >= text.size()) return;
  const auto line = static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(bad), '\n'));
  const std::size_t start = text.rfind('\n', bad) + 1;  // npos + 1 is 0
  converter.fail(text[bad] < 0 ? "a character that is not UTF-8" : "a control character",
                 {nullptr, line + 1, static_cast<int>(bad - start) + 1});
}

/// Only notes where documents start.
class DocumentStarts : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override { last = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
  YAML::Mark last;
};

/// Where a second document starts, if there is one. YAML::LoadAll would tell, but never ends on text such as ",a": yaml-cpp
/// finds one empty document after the other in front of the comma.
std::optional<YAML::Mark> second_document(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStarts starts;
  if (!parser.HandleNextDocument(starts) || !parser.HandleNextDocument(starts)) return std::nullopt;
  return starts.last;
}

}  // namespace

YamlFile parse_yaml(const std::string& text, const std::string& shown) {
  Converter converter(shown);
  YamlFile file;
  check_characters(text, converter);
  file.package = package_header(text, converter);
  try {
    if (const auto mark = second_document(text))
      converter.fail("more than one YAML document, or a character that starts none", converter.here(*mark));
    const YAML::Node document = YAML::Load(text);
    const Origin start{std::make_shared<const std::string>(shown), 1, 1};
    if (document.IsNull()) {
      file.tree = Node::make_map(start);
      return file;
    }
    Node top = converter.convert(document, 0, start);
    if (top.is_string()) {  // words are a key without a value, as OmegaConf has it, if they stand for themselves when read once more
      const std::string words = top.text().substr(0, top.text().find_last_not_of('\n') + 1);
      const YAML::Node again = YAML::Load(words);
      if (again.IsScalar() && again.Scalar() == words && plain_scalar(words).is_string()) {
        top = Node::make_map(start);
        top.entries.push_back({words, Node::make_scalar(nullptr, start)});
      }
    }
    if (top.is_scalar()) converter.fail("expected keys and values, or a list, at the top of the file", converter.here(document.Mark()));
    file.tree = std::move(top);
  } catch (const YAML::Exception& error) { converter.fail("not readable as YAML: " + error.msg, converter.here(error.mark)); }
  return file;
}

}  // namespace steepest::hydra
