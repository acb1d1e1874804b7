// init.cpp: `steepest init` writes a commented study to start from.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "commands.h"
#include "options/error.h"
#include "output/write_file.h"
#include "study_template.h"
#include "terminal.h"

namespace steepest::app {
namespace {

namespace fs = std::filesystem;
using options::InputError;

/// A name that needs no quotes, in a shell or in YAML, is a file's, and that no command line reads as an override or an option.
void check_name(const std::string& name) {
  const auto letter = [](unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  const bool plain = std::all_of(name.begin(), name.end(), [&](unsigned char c) { return letter(c) || c == '_' || c == '-'; });
  if (plain && !name.empty() && letter(static_cast<unsigned char>(name.front()))) return;
  throw InputError({"NAME", "found \"" + name + "\"", "letters, digits, _ and -, beginning with a letter or a digit"});
}

std::string filled_in(std::string text, const std::string& name) {
  constexpr const char* kMark = "NAME";
  for (auto at = text.find(kMark); at != std::string::npos; at = text.find(kMark, at + name.size()))
    text.replace(at, std::string(kMark).size(), name);
  return text;
}

int work(const Session& session, const std::string& name) {
  check_name(name);
  const fs::path file = session.experiments() / "study" / (name + ".yaml");
  std::error_code failed;
  if (fs::exists(fs::symlink_status(file, failed)))
    throw InputError({"NAME", "there is a study " + name + " already, which stays as it is", "another name", "", file.string()});
  fs::create_directories(file.parent_path(), failed);  // where that fails, the file cannot be written either, which is told
  output::write_file(file.string(), "NAME", [&](std::ostream& stream) { stream << filled_in(kStudyTemplate, name); });
  std::string next = file.string() + " is written: a commented study, to be changed. Next:\n";
  for (const auto& [command, what] :
       {std::pair{"run " + name + " --scale smoke", "seconds: does it run?"}, std::pair{"report " + name, "its table"},
        std::pair{"plan " + name, "what it runs at its full size, and for how long"}})
    next += fmt::format("  {:<40} {}\n", command_line(session, command), what);
  print_result(next);
  return 0;
}

}  // namespace

Command add_init(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("init", "write a commented study to start from");
  const auto name = std::make_shared<std::string>();
  command->add_option("name", *name, "of the study: experiments/study/NAME.yaml, which must not be there yet")
      ->type_name("NAME")
      ->required();
  command->footer(
      "Examples:\n"
      "  steepest init mine\n"
      "  steepest run mine --scale smoke");
  return {command, [&session, name] { return work(session, *name); }};
}

}  // namespace steepest::app
