// clock.cpp: the time as the database keeps it.
#include "store/clock.h"

#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>

#include "digest/sha256.h"

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

double lease_seconds_now() {
  std::timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

const std::string& lease_boot() {
  static const std::string kBoot = [] {
    std::string boot;
    std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), boot);
    return digest::sha256("lease " + boot).substr(0, 16);
  }();
  return kBoot;
}

}  // namespace steepest::store
