// crew.cpp: see crew.h.
#include "sweep/crew.h"

#include <fmt/format.h>

#include <stdexcept>

#include "sweep/token.h"

namespace steepest::sweep {
namespace {

constexpr int kFailuresAllowed = 3;  // in a row, without a worker alive
constexpr auto kStartAgain = std::chrono::seconds(1);

}  // namespace

bool Crew::start() {
  if (Clock::now() < again_at_) return false;
  try {
    const std::string token = new_token();
    launcher_.start(token);
    alive_.insert(token);
    failures_ = 0;
    return true;
  } catch (const std::runtime_error& error) {
    again_at_ = Clock::now() + kStartAgain;
    not_started(error.what());
    return false;
  }
}

void Crew::not_started(const std::string& why) {
  if (!alive_.empty()) {
    if (!told_) view_.note(fmt::format("no further worker can be started ({}); going on with {}", why, alive_.size()));
    told_ = true;
  } else if (++failures_ >= kFailuresAllowed) {
    hopeless_ = fmt::format("no worker can be started, {} times in a row: {}", failures_, why);
  } else {
    view_.note(fmt::format("no worker can be started ({}); trying again", why));
  }
}

std::vector<Launcher::Ended> Crew::reap() {
  auto ended = launcher_.reap();
  for (const auto& worker : ended) alive_.erase(worker.token);
  return ended;
}

void Crew::signal_all(int signal) {
  for (const auto& token : alive_) launcher_.signal(token, signal);
}

}  // namespace steepest::sweep
