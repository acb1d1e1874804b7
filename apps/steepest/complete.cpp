// complete.cpp: see complete.h.
#include "complete.h"

#include <algorithm>
#include <exception>
#include <set>

#include "claims/claim.h"
#include "optim/all_options.h"
#include "options/json.h"
#include "parse.h"
#include "report/table.h"
#include "run/run.h"
#include "store/views.h"
#include "study/study.h"
#include "terminal.h"
#include "tune/proxy.h"

namespace steepest::app {
namespace {

using Words = std::vector<std::string>;

void append(Words& words, const Words& more) { words.insert(words.end(), more.begin(), more.end()); }

void leaves(const nlohmann::json& node, const std::string& key, Words& keys) {
  if (!node.is_object()) {
    keys.push_back(key + "=");
    return;
  }
  for (const auto& [name, value] : node.items()) leaves(value, key.empty() ? name : key + "." + name, keys);
}

Words stored_studies(const Session& session) {
  try {
    if (const auto file = session.open_to_read_if_present()) return file->reader().study_names();
  } catch (const std::exception&) {
    // An unreadable database is no reason to complete nothing.
  }
  return {};
}

/// Studies of the files and of the database.
Words studies(const Session& session) {
  Words names = study::study_names(session.composer());
  append(names, stored_studies(session));
  return names;
}

Words override_words(const Session& session, const std::string& last) {
  const auto composer = session.composer();
  Words candidates;
  if (const auto equals = last.find('='); equals != std::string::npos) {
    const std::string group = last.substr(0, equals);
    const auto groups = composer.groups();
    if (std::find(groups.begin(), groups.end(), group) == groups.end()) return {};
    for (const auto& option : composer.options(group)) candidates.push_back(group + "=" + option);
    return candidates;
  }
  for (const auto& group : composer.groups()) candidates.push_back(group + "=");
  leaves(composer.compose(std::vector<std::string>{}).tree, "", candidates);
  return candidates;
}

Words values_of_option(const Session& session, const std::string& option) {
  if (option == "--scale") return {"smoke", "quick", "paper"};
  if (option == "--study") return stored_studies(session);
  if (option == "--engine") return {"local", "slurm"};
  if (option == "--precision") return {"float32", "float64"};
  if (option == "--explain") {
    Words keys;
    for (const auto& row : run::schema()) keys.push_back(row.key);
    return keys;
  }
  if (option == "--proxy") return tune::proxy_names(session.composer());
  if (option == "--format") return report::format_names();
  return {};
}

Words candidates_after(const Session& session, const std::string& command, const std::string& last) {
  Words candidates;
  if (command == "run" || command == "plan") append(candidates, study::study_names(session.composer()));  // others have no file
  if (command == "run" || command == "plan" || command == "config" || command == "tune") append(candidates, override_words(session, last));
  if (command == "report" || command == "status" || command == "stats" || command == "watch") append(candidates, studies(session));
  if (command == "claims") append(candidates, claims::claim_names(session.composer()));
  if (command == "export") append(candidates, stored_studies(session));
  if (command == "query") {
    for (const auto& view : store::saved_views()) candidates.push_back(view.name);
  }
  if (command == "optimizers") append(candidates, options::alternative_names<optim::AnyOptions>());
  if (command == "adapter") append(candidates, {"export"});
  if (command == "completion") append(candidates, {"bash", "zsh", "fish"});
  return candidates;
}

bool takes_value(const CLI::App& command, const std::string& word) {
  for (const CLI::App* app = &command; app != nullptr; app = app->get_parent()) {
    for (const auto* option : app->get_options()) {
      if (option->check_name(word)) return option->get_items_expected_max() > 0;
    }
  }
  return false;
}

}  // namespace

std::vector<std::string> completions(const CLI::App& program, Session& session, const std::vector<std::string>& words) {
  const std::string last = words.empty() ? "" : words.back();
  const CLI::App* command = &program;
  std::string waiting;  // the option whose value comes next
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const auto& word = words[i];
    if (!waiting.empty()) {
      if (waiting == "--database") session.database_option = word;
      if (waiting == "--experiments") session.experiments_option = word;
      waiting.clear();
    } else if (word.size() > 1 && word[0] == '-') {
      if (takes_value(*command, word)) waiting = word;
    } else if (command == &program) {
      const auto names = subcommand_names(program);
      if (std::find(names.begin(), names.end(), word) != names.end()) command = program.get_subcommand(word);
    }
  }
  Words candidates;
  if (!waiting.empty()) candidates = values_of_option(session, waiting);
  else if (!last.empty() && last[0] == '-') candidates = option_names(*command);
  else if (command == &program) candidates = subcommand_names(program);
  else candidates = candidates_after(session, command->get_name(), last);

  std::set<std::string> fitting;
  for (const auto& candidate : candidates) {
    if (candidate.rfind(last, 0) == 0) fitting.insert(candidate);
  }
  return {fitting.begin(), fitting.end()};
}

int print_completions(const CLI::App& program, Session& session, const std::vector<std::string>& words) {
  try {
    for (const auto& candidate : completions(program, session, words)) print_result(candidate + "\n");
  } catch (const std::exception&) {
    // See complete.h.
  }
  return 0;
}

}  // namespace steepest::app
