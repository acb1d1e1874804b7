// import.cpp: `steepest import` takes in what `steepest export` wrote.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "commands.h"
#include "exchange/importer.h"
#include "exchange/run_file.h"
#include "options/error.h"
#include "received.h"
#include "terminal.h"

namespace steepest::app {
namespace {

using options::InputError;

struct Source {
  std::string name;
  std::unique_ptr<std::istream> stream;
};

Source open_source(const std::string& file) {
  if (file == "-") {  // kept in memory: it is read twice
    auto text = std::make_unique<std::stringstream>();
    *text << std::cin.rdbuf();
    text->clear();  // nothing at all sets failbit
    return {"standard input", std::move(text)};
  }
  auto stream = std::make_unique<std::ifstream>(file, std::ios::binary);
  if (!*stream) {
    throw InputError({"", "there is no readable file " + file, "files that `steepest export` wrote, or - for standard input", "", "", 0});
  }
  return {file, std::move(stream)};
}

/// A folder stands for its files *.jsonl, by name.
std::vector<std::string> files_of(const std::vector<std::string>& given) {
  std::vector<std::string> files;
  for (const auto& name : given) {
    std::error_code failed;
    if (!std::filesystem::is_directory(name, failed)) {
      files.push_back(name);
      continue;
    }
    std::vector<std::string> inside;
    for (const auto& entry : std::filesystem::directory_iterator(name, failed)) {
      if (entry.path().extension() == ".jsonl") inside.push_back(entry.path().string());
    }
    if (inside.empty())
      throw InputError({"", "there is no file of runs in the folder " + name, "a folder with files NAME.jsonl, or such files", "", "", 0});
    std::sort(inside.begin(), inside.end());
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

int work(const Session& session, const std::vector<std::string>& files) {
  std::vector<Source> sources;
  for (const auto& file : files_of(files)) sources.push_back(open_source(file));
  // All of them before anything is written: a mistake in the last file leaves the database as it was.
  for (const auto& source : sources) {
    exchange::check_runs(*source.stream, source.name);
    source.stream->clear();
    source.stream->seekg(0);
    if (!*source.stream) throw InputError(source.name + " cannot be read a second time; give it as standard input: import - < FILE");
  }
  auto database = session.open_or_make();
  for (const auto& source : sources) {
    exchange::Importer importer(database.planner());
    exchange::read_runs(
        *source.stream, source.name,
        {[&](const store::StudyRecord& study) { importer.study(study); }, [&](store::RunRecord&& run) { importer.run(std::move(run)); }});
    print_result(received_text(importer.finish(), source.name, session));
  }
  return 0;
}

}  // namespace

Command add_import(CLI::App& program, Session& session) {
  auto* command =
      program.add_subcommand("import", "take in runs that `steepest export` wrote; runs that are here already stay as they are");
  const auto files = std::make_shared<std::vector<std::string>>();
  command->add_option("files", *files, "files of runs, folders with such files (*.jsonl), or - for standard input")
      ->required()
      ->type_name("FILE");
  command->footer(
      "Examples:\n"
      "  steepest import runs.jsonl\n"
      "  steepest import results/reference\n"
      "  ssh elsewhere steepest export rank_transfer | steepest import -\n"
      "A file that was edited or cut is refused as a whole. After a kill, the same command goes on.");
  return {command, [&session, files] { return work(session, *files); }};
}

}  // namespace steepest::app
