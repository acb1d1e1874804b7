// flatten.cpp: a configuration as the rows of table `param`.
#include "store/flatten.h"

namespace steepest::store {
namespace {

void visit(const nlohmann::json& node, const std::string& key, std::vector<Param>& rows) {
  if (node.is_object()) {
    for (const auto& [name, child] : node.items()) visit(child, key.empty() ? name : key + "." + name, rows);
    return;
  }
  Param row{key, node.is_string() ? node.get<std::string>() : node.dump(), std::nullopt};
  if (node.is_number()) row.number = node.get<double>();
  rows.push_back(std::move(row));
}

}  // namespace

std::vector<Param> flatten(const nlohmann::json& tree) {
  std::vector<Param> rows;
  visit(tree, "", rows);
  return rows;
}

}  // namespace steepest::store
