// digest.h: SHA-256 fed piece by piece.
#pragma once
#include <cstddef>
#include <memory>
#include <string>

namespace steepest::experiment {

class Digest {
 public:
  Digest();
  ~Digest();
  void add(const void* bytes, std::size_t count);
  /// Ends the digest: 64 lower-case hexadecimal digits.
  std::string hexadecimal();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace steepest::experiment
