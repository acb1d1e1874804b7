// log.h: what a worker writes down while it works. A room of its own because LibTorch brings a fmt of its own, which spdlog's
// headers do not bear: no file that includes LibTorch may include spdlog.
#pragma once
#include <string>

namespace steepest::log {

/// Sends the log to standard error, each line with its time and level.
void to_standard_error();

void info(const std::string& message);
void warn(const std::string& message);
void error(const std::string& message);

}  // namespace steepest::log
