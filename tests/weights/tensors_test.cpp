// tensors_test.cpp: numbers of safetensors files, in one and in several, and what is said of files that are none.
#include "weights/tensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

#include "weights/adapter.h"
#include "weights/support.h"

namespace steepest::weights {
namespace {

using ::testing::AllOf;
using testing::complaint;
using testing::Folder;
using ::testing::HasSubstr;
using testing::kept;

/// A file of one tensor of this type.
std::string file_of(const std::string& type, const std::string& numbers, std::size_t count) {
  const std::string header = nlohmann::json{{"x", {{"dtype", type}, {"shape", {count}}, {"data_offsets", {0, numbers.size()}}}}}.dump();
  const std::uint64_t length = header.size();
  std::string bytes(sizeof(length), '\0');
  std::memcpy(bytes.data(), &length, sizeof(length));
  return bytes + header + numbers;
}

std::string file_with(const std::string& header, const std::string& numbers = "") {
  const std::uint64_t length = header.size();
  std::string bytes(sizeof(length), '\0');
  std::memcpy(bytes.data(), &length, sizeof(length));
  return bytes + header + numbers;
}

TEST(LlamaTensors, WhatIsWrittenIsRead) {
  const Folder folder;
  std::mt19937 engine(1);
  std::normal_distribution<float> normal;
  std::map<std::string, Numbers> written;
  for (const std::vector<std::int64_t>& shape : std::vector<std::vector<std::int64_t>>{{3, 4}, {5}, {0, 2}, {}}) {
    Numbers numbers{shape, {}};
    std::size_t count = 1;
    for (const auto extent : shape) count *= static_cast<std::size_t>(extent);
    for (std::size_t i = 0; i < count; ++i) numbers.values.push_back(normal(engine));
    written["t" + std::to_string(written.size())] = numbers;
  }
  const Tensors read(folder.put("a.safetensors", safetensors_text(written, {{"format", "pt"}})));
  EXPECT_EQ(read.names().size(), written.size());
  for (const auto& [name, numbers] : written) {
    EXPECT_EQ(read.shape(name), numbers.shape);
    EXPECT_EQ(read.read(name), numbers.values);
  }
  EXPECT_EQ(read.metadata().at("format"), "pt");
}

// Every half and every bfloat16 is a float32.
TEST(LlamaTensors, NarrowNumbersAreThoseThatTheyStandFor) {
  std::string bytes;
  std::vector<std::uint16_t> all(1 << 16);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint16_t>(i);
  bytes.assign(reinterpret_cast<const char*>(all.data()), 2 * all.size());
  std::vector<float> wide(all.size());
  ASSERT_TRUE(to_float32("BF16", bytes.data(), all.size(), wide.data()));
  for (const std::size_t bits : {0x3f80u, 0xc000u, 0x0001u, 0x8000u}) {
    const double sign = (bits & 0x8000u) != 0 ? -1 : 1, fraction = static_cast<double>(bits & 0x7fu) / 128;
    const int exponent = static_cast<int>((bits >> 7) & 0xffu);
    EXPECT_EQ(static_cast<double>(wide[bits]),
              sign * (exponent == 0 ? std::ldexp(fraction, -126) : std::ldexp(1 + fraction, exponent - 127)));
  }
  ASSERT_TRUE(to_float32("F16", bytes.data(), all.size(), wide.data()));
  for (std::size_t bits = 0; bits < all.size(); ++bits) {
    const double sign = (bits & 0x8000u) != 0 ? -1 : 1, fraction = static_cast<double>(bits & 0x3ffu) / 1024;
    const int exponent = static_cast<int>((bits >> 10) & 0x1fu);
    if (exponent == 31) {
      EXPECT_EQ(std::isnan(wide[bits]), fraction != 0);
      EXPECT_EQ(std::isinf(wide[bits]), fraction == 0);
    } else {
      EXPECT_EQ(static_cast<double>(wide[bits]),
                sign * (exponent == 0 ? std::ldexp(fraction, -14) : std::ldexp(1 + fraction, exponent - 15)));
    }
  }
  EXPECT_FALSE(to_float32("I64", bytes.data(), 1, wide.data()));
}

TEST(LlamaTensors, InSeveralFilesAreThoseOfOne) {
  const auto sharded = Tensors::in_folder(kept("tied"));
  EXPECT_EQ(sharded.files().size(), 3u);
  Folder folder;
  std::map<std::string, Numbers> all;
  for (const auto& name : sharded.names()) all[name] = {sharded.shape(name), sharded.read(name)};
  const Tensors whole(folder.put("model.safetensors", safetensors_text(all, {})));
  EXPECT_EQ(whole.names(), sharded.names());
  for (const auto& name : whole.names()) EXPECT_EQ(whole.read(name), sharded.read(name));
}

TEST(LlamaTensors, ChecksumIsOfAllThatIsRead) {
  const Folder folder;
  const auto path = folder.copy("tied");
  const std::string before = Tensors::in_folder(path).sha256();
  EXPECT_EQ(Tensors::in_folder(kept("tied")).sha256(), before) << "wherever it lies";
  const auto shard = Tensors::in_folder(path).files().at(1);
  std::string text = testing::text_in(shard);
  text.back() = static_cast<char>(text.back() ^ 1);
  folder.put(shard.filename(), text);
  EXPECT_NE(Tensors::in_folder(path).sha256(), before);
}

TEST(LlamaTensors, WhatIsNoSafetensorsFileIsSaidToBeNone) {
  const Folder folder;
  const auto said = [&](const std::string& bytes) {
    const auto file = folder.put("model.safetensors", bytes);
    return complaint([&] { Tensors::in_folder(folder.path()); });
  };
  const auto entry = [](const std::string& what) { return file_with("{\"w\":" + what + "}", std::string(8, '\0')); };
  const std::string front = (folder.path() / "model.safetensors").string() + " is not a safetensors file: ";
  EXPECT_EQ(said(""), front + "it is shorter than the length of a header");
  EXPECT_EQ(said(std::string("\xff\0\0\0\0\0\0\0{}", 10)), front + "its header is longer than the file");
  EXPECT_EQ(said(file_with("[1]")), front + "its header is no JSON object");
  EXPECT_EQ(said(file_with("{")), front + "its header is no JSON object");
  EXPECT_EQ(said(entry("{}")), front + "tensor w: its entry lacks dtype, shape or data_offsets");
  EXPECT_EQ(said(entry("7")), front + "tensor w: its entry lacks dtype, shape or data_offsets");
  EXPECT_EQ(said(entry(R"({"dtype":"F7","shape":[2],"data_offsets":[0,8]})")), front + "tensor w: its type F7 is not known");
  EXPECT_EQ(said(entry(R"({"dtype":"F32","shape":[3],"data_offsets":[0,8]})")), front + "tensor w: its shape and its place differ");
  EXPECT_EQ(said(entry(R"({"dtype":"F32","shape":[-2],"data_offsets":[0,8]})")), front + "tensor w: its shape is no shape");
  EXPECT_EQ(said(entry(R"({"dtype":"F32","shape":[4611686018427387904,8],"data_offsets":[0,8]})")),
            front + "tensor w: its shape is no shape");
  EXPECT_EQ(said(entry(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})")), front + "its tensors take 4 bytes, and 8 are there");
  EXPECT_EQ(said(entry(R"({"dtype":"F32","shape":[1],"data_offsets":[4,8]})")),
            front + "tensor w does not begin where the one before it ends");
}

TEST(LlamaTensors, AnIndexThatIsNoneIsSaidToBeNone) {
  const Folder folder;
  folder.copy("tied");
  const auto said = [&](const std::string& index) {
    folder.put("model.safetensors.index.json", index);
    return complaint([&] { Tensors::in_folder(folder.path()); });
  };
  EXPECT_THAT(said("{}"), AllOf(HasSubstr("model.safetensors.index.json is not an index"), HasSubstr("no weight_map")));
  EXPECT_THAT(said(R"({"weight_map":{}})"), HasSubstr("its weight_map is empty"));
  EXPECT_THAT(said(R"({"weight_map":{"w":"../w.safetensors"}})"), HasSubstr("the file of tensor w is not the name of a file beside it"));
  EXPECT_THAT(said(R"({"weight_map":{"w":7}})"), HasSubstr("the file of tensor w is not the name of a file beside it"));
  EXPECT_THAT(said(R"({"weight_map":{"w":"gone.safetensors"}})"), HasSubstr("gone.safetensors is missing or cannot be read"));
  EXPECT_THAT(said(R"({"weight_map":{"w":"model-00001-of-00002.safetensors"}})"),
              HasSubstr("model-00001-of-00002.safetensors lacks the tensor w, which model.safetensors.index.json says it has"));
  const Folder empty;
  EXPECT_THAT(complaint([&] { Tensors::in_folder(empty.path()); }),
              HasSubstr("holds neither model.safetensors nor model.safetensors.index.json"));
}

TEST(LlamaTensors, ComplaintsNameFileAndTensor) {
  const Folder folder;
  const auto file = folder.put("a.safetensors", file_of("F32", std::string(12, '\0'), 3));
  const Tensors tensors(file);
  std::vector<float> numbers(6);
  const auto said = [&](const std::string& name, const std::vector<std::int64_t>& shape) {
    return complaint([&] { tensors.read(name, shape, numbers.data()); });
  };
  EXPECT_EQ(said("x", {3}), "");
  EXPECT_EQ(said("x", {2, 3}), file.string() + ": the tensor x has the shape [3], and [2, 3] is needed");
  EXPECT_EQ(said("y", {3}), file.string() + ": the tensor y is missing; there are x");
  const Tensors whole_numbers(folder.put("b.safetensors", file_of("I32", std::string(12, '\0'), 3)));
  EXPECT_THAT(complaint([&] { whole_numbers.read("x"); }), HasSubstr("the tensor x is of type I32, and F32, BF16 or F16 is needed"));
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  EXPECT_EQ(said("x", {3}), file.string() + ": the tensor x cannot be read to its end");
}

}  // namespace
}  // namespace steepest::weights
