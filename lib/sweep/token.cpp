// token.cpp: see token.h.
#include "sweep/token.h"

#include <fmt/format.h>

#include <cstdint>
#include <random>

namespace steepest::sweep {

std::string new_token() {
  std::random_device device;  // getrandom() or /dev/urandom with libstdc++ on Linux
  std::string token;
  for (int i = 0; i < 4; ++i) token += fmt::format("{:08x}", static_cast<std::uint32_t>(device()));
  return token;
}

}  // namespace steepest::sweep
