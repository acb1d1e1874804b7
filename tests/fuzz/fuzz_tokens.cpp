// fuzz_tokens.cpp: any bytes as a file of tokens. They are read, and then the tokens are those that stand there, or refused with a std::runtime_error.
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include "data/token_file.h"
#include "property.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace steepest;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  data::TokenFile file;
  try {
    file = data::parse_tokens(bytes);
  } catch (const std::runtime_error&) { return 0; }
  const std::size_t each = file.tokens.empty() ? 2 : (size - data::kTokenHeaderBytes) / file.tokens.size();
  std::string written;
  std::int32_t largest = 0;
  for (const std::int32_t token : file.tokens) {
    if (token < 0) std::abort();
    largest = std::max(largest, token);
    written.append(reinterpret_cast<const char*>(&token), each);
  }
  if (written != bytes.substr(data::kTokenHeaderBytes) || largest != file.largest) std::abort();
  return 0;
}
