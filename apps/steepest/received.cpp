// received.cpp: see received.h.
#include "received.h"

#include <fmt/format.h>

#include "shell_word.h"

namespace steepest::app {

std::string received_text(const exchange::Received& received, const std::string& from, const Session& session) {
  const auto runs = received.runs();
  std::string text = fmt::format("{} run{} from {}: {} new, {} in place of runs without a result, {} already here\n", runs,
                                 runs == 1 ? "" : "s", from, received.added, received.replaced, received.present);
  for (const auto& finding : received.findings) text += finding + "\n";
  for (const auto& [study, count] : received.untied) {
    text += fmt::format(
        "{} run{} of {} came without {} place in the study, which stands differently here; plan it anew to use "
        "{}: {}\n",
        count, count == 1 ? "" : "s", study, count == 1 ? "its" : "their", count == 1 ? "it" : "them",
        run_command(session.open_to_read().reader(), study));
  }
  return text;
}

}  // namespace steepest::app
