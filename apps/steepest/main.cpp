// main.cpp: `steepest` plans, supervises, queries and reports. It does not link LibTorch and starts in milliseconds.
#include <csignal>
#include <exception>
#include <filesystem>

#include "commands.h"
#include "complete.h"
#include "options/error.h"
#include "output/standard_streams.h"
#include "parse.h"
#include "terminal.h"

namespace steepest::app {
namespace {

int run(int argc, char** argv) {
  CLI::App program;
  Session session;
  const auto commands = add_all(program, session);
  if (argc > 1 && std::string(argv[1]) == kCompleteWord) {
    return print_completions(program, session, std::vector<std::string>(argv + 2, argv + argc));
  }
  if (const auto status = parse(program, argc, argv)) return *status;
  for (const auto& command : commands) {
    if (command.options->parsed()) return command.work();
  }
  return 0;
}

}  // namespace
}  // namespace steepest::app

int main(int argc, char** argv) {
  using namespace steepest;
  output::prepare_standard_streams();
  std::signal(SIGCHLD, SIG_DFL);  // where a caller ignores it, the ends of children would get lost
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on file sizes then is an error like a full disk, and not the end
  try {
    const int status = app::run(argc, argv);
    output::flush();
    return status;
  } catch (const options::InputError& error) {
    app::print_error(error.what());
    return 2;
  } catch (const std::filesystem::filesystem_error& error) {
    app::print_error(error.path1().string() + ": " + error.code().message());
    return 2;
  } catch (const std::exception& error) {
    app::print_error(std::string("internal error: ") + error.what());
    return 1;
  }
}
