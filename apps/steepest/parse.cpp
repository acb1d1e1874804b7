// parse.cpp: see parse.h.
#include "parse.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "commands.h"
#include "hydra_words.h"
#include "options/error.h"
#include "terminal.h"

namespace steepest::app {
namespace {

using options::InputError;

InputError unknown_word(const CLI::App& program, const std::string& word) {
  const auto chosen = program.get_subcommands();
  if (word.size() > 1 && word[0] == '-') {
    refuse_hydra_option(word);
    const auto& command = chosen.empty() ? program : *chosen.front();
    const std::string name = word.substr(0, word.find('='));
    const auto names = option_names(command);
    const std::string where = chosen.empty() ? "steepest" : "steepest " + command.get_name();
    return InputError({name, "no such option", fmt::format("{} (`{} --help`)", fmt::join(names, ", "), where),
                       options::nearest_name(name, names), "", 0});
  }
  if (chosen.empty()) {
    const auto names = subcommand_names(program);
    return InputError({word, "no such subcommand", fmt::format("{}", fmt::join(names, ", ")), options::nearest_name(word, names), "", 0});
  }
  return InputError(fmt::format("unexpected argument \"{}\" after `steepest {}`; see `steepest {} --help`", word,
                                chosen.front()->get_name(), chosen.front()->get_name()));
}

/// CLI11's complaints name the option first ("--jobs: 1 required INT missing"); the rest is put in our words.
InputError explained(const CLI::App& program, const CLI::ParseError& error) {
  const auto chosen = program.get_subcommands();
  const std::string help = chosen.empty() ? "steepest --help" : "steepest " + chosen.front()->get_name() + " --help";
  const std::string text = error.what();
  const std::string name = text.substr(0, text.find_first_of(": "));
  if (error.get_name() == "ArgumentMismatch") return InputError(fmt::format("{} needs a value; see `{}`", name, help));
  if (error.get_name() == "RequiredError") {
    std::string argument = name;
    std::transform(argument.begin(), argument.end(), argument.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return InputError(fmt::format("{} is missing; see `{}`", argument, help));
  }
  if (error.get_name() == "ValidationError") return InputError(fmt::format("{}; see `{}`", text, help));
  if (error.get_name() == "ExcludesError") return InputError(fmt::format("{}; see `{}`", text, help));
  return InputError(fmt::format("the command line cannot be read ({}); see `{}`", text, help));
}

}  // namespace

std::vector<std::string> subcommand_names(const CLI::App& program) {
  std::vector<std::string> names;
  for (const auto* command : program.get_subcommands([](const CLI::App*) { return true; })) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::App* app = &command; app != nullptr; app = app->get_parent()) {
    for (const auto* option : app->get_options()) {
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::optional<int> parse(CLI::App& program, int argc, char** argv) {
  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    print_result(program.help());
    return 0;
  } catch (const CLI::CallForAllHelp&) {
    print_result(program.help("", CLI::AppFormatMode::All));
    return 0;
  } catch (const CLI::CallForVersion& version) {
    print_result(std::string(version.what()) + "\n");
    return 0;
  } catch (const CLI::ParseError& error) { throw explained(program, error); }
  auto rest = program.remaining(true);
  std::erase(rest, "--");
  if (!rest.empty()) throw unknown_word(program, rest.front());
  if (program.get_subcommands().empty()) {
    print_result(kFirstSteps);
    return 0;
  }
  return {};
}

std::int64_t whole_number(const std::string& option, const std::string& text, std::int64_t least, std::int64_t most) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [at, failure] = std::from_chars(text.data(), end, number);
  if (failure == std::errc() && at == end && number >= least && number <= most) return number;
  throw InputError({option, "found \"" + text + "\"", fmt::format("a whole number from {} to {}", least, most), "", "", 0});
}

}  // namespace steepest::app
