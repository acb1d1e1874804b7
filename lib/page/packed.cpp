// packed.cpp: see packed.h.
#include "page/packed.h"

#include <openssl/evp.h>
#include <zlib.h>

#include <stdexcept>

namespace steepest::page {
namespace {

constexpr int kWindowOfGzip = 15 + 16;  // the largest window, and gzip's frame around it
constexpr int kMemory = 9;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kWindowOfGzip, kMemory, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("no memory to pack the page's numbers");
  std::string result(deflateBound(&stream, text.size()), '\0');
  stream.next_in = const_cast<unsigned char*>(bytes_of(text));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<unsigned char*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  const int state = deflate(&stream, Z_FINISH);  // the bound has room for all of it
  result.resize(stream.total_out);
  deflateEnd(&stream);
  if (state != Z_STREAM_END) throw std::runtime_error("the page's numbers could not be packed");
  return result;
}

}  // namespace

std::string base64(std::string_view bytes) {
  std::string result(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // EVP_EncodeBlock ends it with a zero
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(result.data()), bytes_of(bytes), static_cast<int>(bytes.size()));
  result.resize(static_cast<std::size_t>(length));
  return result;
}

std::string packed(std::string_view text) { return base64(gzip(text)); }

}  // namespace steepest::page
