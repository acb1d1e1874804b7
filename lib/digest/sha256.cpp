// sha256.cpp: see sha256.h.
#include "digest/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace steepest::digest {
namespace {

void check(int done) {
  if (done != 1) throw std::runtime_error("SHA-256 is not available in this OpenSSL");
}

}  // namespace

struct Sha256::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(evp); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) { check(EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr)); }
Sha256::~Sha256() = default;

void Sha256::add(const void* bytes, std::size_t count) { check(EVP_DigestUpdate(context_->evp, bytes, count)); }

std::string Sha256::hexadecimal() {
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

std::string sha256(std::string_view text) {
  Sha256 digest;
  digest.add(text.data(), text.size());
  return digest.hexadecimal();
}

}  // namespace steepest::digest
