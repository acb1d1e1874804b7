// log.cpp: see log.h; spdlog does the work.
#include "log/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace steepest::log {

void to_standard_error() {
  spdlog::set_default_logger(spdlog::stderr_logger_mt("steepest"));
  spdlog::set_pattern("%Y-%m-%d %H:%M:%S %l %v");
}

void info(const std::string& message) { spdlog::info("{}", message); }
void warn(const std::string& message) { spdlog::warn("{}", message); }
void error(const std::string& message) { spdlog::error("{}", message); }

}  // namespace steepest::log
