// neutral_test.cpp: the frozen neutral values that identities rest on, held against a list of them.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "run/run.h"

namespace steepest::run {
namespace {

const char* word(options::Role role) {
  switch (role) {
    case options::Role::decides: return "decides";
    case options::Role::observes: return "observes";
    default: return "outside";
  }
}

/// A line for each option of a kind of run. Those of an optimizer stand once, wherever it serves.
template <class Kind>
void add(std::vector<std::string>& lines, const std::string& top = "") {
  for (const auto& row : options::schema<Kind>()) {
    if (row.neutral_value.is_null() || row.key.rfind("embedding_optimizer.", 0) == 0) continue;
    const std::string section = row.key.substr(0, row.key.find('.'));
    const bool chosen = !row.alternative.empty();
    const std::string name = row.identity_key.empty() ? row.key : row.identity_key;
    const std::string key = chosen ? section + "=" + row.alternative + name.substr(section.size()) : name;
    lines.push_back((section == row.key ? top : "") + key + " " + word(row.role) + " " + row.neutral_value.dump());
  }
}

std::vector<std::string> lines_of_code() {
  std::vector<std::string> lines;
  add<TrainingRun>(lines);
  add<FlowRun>(lines, "flow run.");
  return lines;
}

TEST(Neutral, ValuesAreFrozen) {
  std::ifstream file(STEEPEST_SOURCE_DIR "/tests/run/neutral.txt");
  std::vector<std::string> listed;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line[0] != '#') listed.push_back(line);
  }
  const auto code = lines_of_code();
  const auto told_apart = [](const std::vector<std::string>& lines, const std::vector<std::string>& others) {
    std::string text;
    for (const auto& line : lines) {
      if (std::find(others.begin(), others.end(), line) == others.end()) text += "  " + line + "\n";
    }
    return text;
  };
  const std::string fresh = told_apart(code, listed), gone = told_apart(listed, code);
  EXPECT_TRUE(fresh.empty() && gone.empty())
      << "tests/run/neutral.txt lists what every stored run's identity rests on: key, role, neutral value.\n"
      << (gone.empty() ? ""
                       : "It has what the code does not say any more:\n" + gone +
                             "Where a default has changed, declare `.neutral(OLD)` at its field: runs of before keep their identity. "
                             "Where a role or a name has changed, stored runs would be other runs; leave it, or migrate them.\n")
      << (fresh.empty() ? ""
                        : "It lacks:\n" + fresh +
                              "For a new option whose neutral value (its default, or what `.neutral(...)` says) leaves every run as it "
                              "was, add the line.\n");
}

}  // namespace
}  // namespace steepest::run
