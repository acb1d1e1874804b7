// sha256.h: SHA-256 of a text, or fed piece by piece. OpenSSL does the work.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace steepest::digest {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void add(const void* bytes, std::size_t count);
  /// Ends the digest: 64 lower-case hexadecimal digits.
  std::string hexadecimal();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// Of the text's bytes, in 64 lower-case hexadecimal digits.
std::string sha256(std::string_view text);

}  // namespace steepest::digest
