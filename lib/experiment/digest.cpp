// digest.cpp: see digest.h; OpenSSL does the work.
#include "experiment/digest.h"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace steepest::experiment {
namespace {

void check(int done) {
  if (done != 1) throw std::runtime_error("SHA-256 is not available in this OpenSSL");
}

}  // namespace

struct Digest::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(evp); }
};

Digest::Digest() : context_(std::make_unique<Context>()) { check(EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr)); }
Digest::~Digest() = default;

void Digest::add(const void* bytes, std::size_t count) { check(EVP_DigestUpdate(context_->evp, bytes, count)); }

std::string Digest::hexadecimal() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  check(EVP_DigestFinal_ex(context_->evp, digest.data(), &length));
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    constexpr char kHex[] = "0123456789abcdef";
    text.push_back(kHex[digest[i] >> 4]);
    text.push_back(kHex[digest[i] & 15]);
  }
  return text;
}

}  // namespace steepest::experiment
