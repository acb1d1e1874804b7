// serve.cpp: `steepest serve` shows the page over the database as it grows.
#include <sys/resource.h>

#include <cstdlib>
#include <mutex>

#include "commands.h"
#include "digest/sha256.h"
#include "output/standard_streams.h"
#include "page/document.h"
#include "page/server.h"
#include "page_parts.h"
#include "parse.h"
#include "store/data_version.h"
#include "sweep/signals.h"
#include "terminal.h"

namespace steepest::app {
namespace {

constexpr int kNice = 10;

page::Tagged tagged(const nlohmann::ordered_json& document, const std::string& state) {
  return {page::json_text(document), "\"" + digest::sha256(state).substr(0, 16) + "\""};
}

int serve_page(const Session& session, const std::string& scale, const std::string& port_text) {
  const auto port = static_cast<int>(whole_number("--port", port_text, 0, 65535));
  const auto library = page_library(session);
  const auto composer = session.composer();
  const auto file = session.open_to_read();
  const auto reader = file.reader();
  setpriority(PRIO_PROCESS, 0, kNice);  // runs go first
  page::Documents documents({{}, scale, library ? "" : drawn_figures(session)});
  documents.document(reader, composer);  // what is wrong with it is told here
  std::mutex one_at_a_time;
  const auto version = [&] { return store::data_version(reader); };
  page::SharedText data(
      version,
      [&] {
        const auto document = documents.document(reader, composer);
        return tagged(document, document.at("state"));
      },
      one_at_a_time);
  page::SharedText progress(
      version,
      [&] {
        const auto document = documents.progress(reader);
        return tagged(document, document.dump());
      },
      one_at_a_time);
  const auto page = [&] { return page::html(data.get()->text, library, {page_title(""), "/"}); };
  const sweep::SignalQueue signals;  // before the server's threads, which leave signals to this one
  const page::Server server({page, [&] { return *data.get(); }, [&] { return *progress.get(); }}, port);
  print_result(server.address() + "\n");
  output::flush();
  if (!library) print_note(kWithoutLibrary);
  print_note("read-only, on this machine alone; Ctrl-C ends it");
  for (int signal = 0; signal == 0 || signal == SIGCHLD;) signal = signals.wait(std::chrono::hours(1));
  // At once: whoever makes an answer just now need not be waited for, and nothing is lost, since the file was only read.
  output::flush();
  std::_Exit(0);
}

}  // namespace

Command add_serve(CLI::App& program, Session& session) {
  auto* command = program.add_subcommand("serve", "the page with figures, tables and verdicts in a browser, over the database as it grows");
  const auto scale = std::make_shared<std::string>();
  const auto port = std::make_shared<std::string>("8377");
  command->add_option("--scale", *scale, "of every study (default: the one planned last)")->type_name("NAME");
  command->add_option("--port", *port, "of the loopback address; 0: any that is free (default: 8377)")->type_name("N");
  command->footer(
      "It answers to this machine alone, reads the database and writes nothing, and takes a fiftieth of one core at most, whoever looks "
      "on.\n"
      "Ctrl-C ends it.\n\n"
      "Examples:\n"
      "  steepest serve\n"
      "  steepest serve --port 0 --scale paper");
  return {command, [&session, scale, port] { return serve_page(session, *scale, *port); }};
}

}  // namespace steepest::app
