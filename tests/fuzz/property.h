// property.h: what the fuzz targets demand; a violation ends the program, so that the fuzzer keeps the input.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

namespace steepest::fuzz {

/// Equal, 1 and 1.0 told apart, NaN equal to itself; text need not be UTF-8.
inline std::string shown(const nlohmann::json& value) { return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); }

inline void demand_same(const nlohmann::json& before, const nlohmann::json& after, const std::string& how) {
  if (shown(before) == shown(after)) return;
  std::fprintf(stderr, "%s\n  before: %s\n  after:  %s\n", how.c_str(), shown(before).c_str(), shown(after).c_str());
  std::abort();
}

}  // namespace steepest::fuzz
