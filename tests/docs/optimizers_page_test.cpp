// optimizers_page_test.cpp: the tables of attributes in docs/optimizers.md are what the options describe of themselves.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "optim/all_options.h"
#include "options/json.h"

namespace steepest::optim {
namespace {

std::string default_text(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return options::number_text(value.get<double>());
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const auto& element : value) text += (text.empty() ? "" : ", ") + default_text(element);
  return text;
}

/// The rows that a page should have for these options.
template <class Plain>
std::vector<std::string> rows_of() {
  std::vector<std::string> rows;
  for (const auto& row : options::schema<Plain>()) {
    rows.push_back("| `" + row.key + "` | `" + default_text(row.default_value) + "` | " + row.valid + " | " + row.unit + " | " + row.help +
                   " |");
  }
  return rows;
}

/// The rows of every table of attributes on the page, by the name of the optimizer.
std::map<std::string, std::vector<std::string>> tables_of_the_page() {
  const std::string mark = "**Attributes.** `optimizer=";
  std::map<std::string, std::vector<std::string>> tables;
  std::ifstream page(std::string(STEEPEST_SOURCE_DIR) + "/docs/optimizers.md");
  std::string line;
  while (std::getline(page, line)) {
    if (line.compare(0, mark.size(), mark) != 0) continue;
    const auto name = line.substr(mark.size(), line.find('`', mark.size()) - mark.size());
    auto& rows = tables[name];
    while (std::getline(page, line) && line.empty()) continue;
    EXPECT_EQ(line, "| name | default | valid | unit | meaning |") << name;
    std::getline(page, line);
    while (std::getline(page, line) && !line.empty()) rows.push_back(line);
  }
  return tables;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

TEST(OptimizersPage, ItsTablesOfAttributesAreWhatTheOptionsSay) {
  auto tables = tables_of_the_page();
  const auto look = [&]<class Plain>(const Plain&) {
    EXPECT_EQ(joined(tables[Plain::kName]), joined(rows_of<Plain>()))
        << "docs/optimizers.md, " << Plain::kName << ": the table should be the second";
    tables.erase(Plain::kName);
  };
  [&]<std::size_t... I>(std::index_sequence<I...>) { (look(std::variant_alternative_t<I, AnyOptions>{}), ...); }
  (std::make_index_sequence<std::variant_size_v<AnyOptions>>());
  for (const auto& [name, rows] : tables) ADD_FAILURE() << "docs/optimizers.md has attributes of " << name << ", which is no optimizer";
}

// What the test above lives from: a default, a range, a unit or a help that is changed changes a row, and a field is a row.
struct Sample {
  double rate = 0.5;
  bool on = false;
  std::vector<double> pair = {0.5, 1e-8};
  template <class Visitor>
  void describe(Visitor& visit) {
    visit(options::field("rate", rate).above(0).unit("steps").help("how far"));
    visit(options::field("on", on).help("whether"));
    visit(options::field("pair", pair).at_least(0).help("both"));
  }
};

TEST(OptimizersPage, ARowHoldsNameDefaultRangeUnitAndHelp) {
  EXPECT_EQ(rows_of<Sample>(), (std::vector<std::string>{"| `rate` | `0.5` | a number > 0 | steps | how far |",
                                                         "| `on` | `false` | true or false |  | whether |",
                                                         "| `pair` | `0.5, 1e-08` | a list of numbers >= 0 |  | both |"}));
}

}  // namespace
}  // namespace steepest::optim
