// clock.cpp: the time as the database keeps it.
#include "store/clock.h"

#include <chrono>
#include <cstdio>
#include <ctime>

namespace steepest::store {

std::string utc_now() {
  using namespace std::chrono;
  const auto milliseconds_now = duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
  const std::time_t seconds_now = static_cast<std::time_t>(milliseconds_now / 1000);
  std::tm parts{};
  gmtime_r(&seconds_now, &parts);
  char date[32], text[48];
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text, sizeof text, "%s.%03dZ", date, static_cast<int>(milliseconds_now % 1000));
  return text;
}

double epoch_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace steepest::store
