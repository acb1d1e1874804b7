// safetensors_test.cpp: files as the format says, and every way in which one may not be.
#include "model/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "options/error.h"

namespace steepest::model {
namespace {

using ::testing::HasSubstr;

class SafetensorsFile : public ::testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(file_); }

  void write(const std::string& header, const std::string& numbers, std::int64_t stated_length = -1) {
    const std::uint64_t length = stated_length < 0 ? header.size() : static_cast<std::uint64_t>(stated_length);
    std::string bytes(sizeof(length), '\0');
    std::memcpy(bytes.data(), &length, sizeof(length));
    std::ofstream(file_, std::ios::binary) << bytes << header << numbers;
  }
  std::string complaint() {
    try {
      Safetensors{file_};
    } catch (const options::InputError& error) { return error.what(); }
    return "";
  }
  template <class T>
  static std::string bytes_of(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
  }

  std::filesystem::path file_ = std::filesystem::temp_directory_path() / ("steepest_" + std::to_string(::getpid()) + ".safetensors");
};

TEST_F(SafetensorsFile, TensorsComeWithNamesTypesShapesAndNumbers) {
  write(
      R"({"__metadata__":{"format":"pt"},"b":{"dtype":"I32","shape":[3],"data_offsets":[24,36]},"W":{"dtype":"F32","shape":[2,3],)"
      R"("data_offsets":[0,24]},"one":{"dtype":"F64","shape":[],"data_offsets":[36,44]},"none":{"dtype":"F32","shape":[0,4],"data_offsets":[44,44]}}  )",
      bytes_of<float>({1, 2, 3, 4, 5, 6}) + bytes_of<std::int32_t>({7, -8, 9}) + bytes_of<double>({0.5}));
  const Safetensors read(file_);
  EXPECT_EQ(read.names(), (std::vector<std::string>{"W", "b", "none", "one"}));
  EXPECT_TRUE(at::equal(read.at("W"), at::arange(1, 7, at::kFloat).view({2, 3})));
  EXPECT_TRUE(at::equal(read.at("b"), at::tensor({7, -8, 9}, at::kInt)));
  EXPECT_EQ(read.at("one").item<double>(), 0.5);
  EXPECT_EQ(read.at("none").sizes(), (at::IntArrayRef{0, 4}));
  EXPECT_TRUE(read.has("W"));
  EXPECT_FALSE(read.has("__metadata__"));
  EXPECT_THROW(read.at("V"), std::out_of_range);
}

TEST_F(SafetensorsFile, WhatIsNoSuchFileIsSaid) {
  const std::string four = bytes_of<float>({1});
  EXPECT_THAT(complaint(), HasSubstr("is missing"));
  std::ofstream(file_) << "abc";
  EXPECT_THAT(complaint(), HasSubstr("shorter than the length of a header"));
  write("{}", "", 99);
  EXPECT_THAT(complaint(), HasSubstr("header is longer than the file"));
  for (const char* header : {"[]", "{", "3"}) {
    write(header, "");
    EXPECT_THAT(complaint(), HasSubstr("its header is no JSON object")) << header;
  }
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"W":{"dtype":"F32","shape":[1]}})", "tensor W: its entry lacks"},
      {R"({"W":{"dtype":"F32","shape":"1","data_offsets":[0,4]}})", "tensor W: its entry lacks"},
      {R"({"W":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}})", "tensor W: its type Q4 is not known"},
      {R"({"W":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", "tensor W: its shape and its place differ"},
      {R"({"W":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", "tensor W: its shape is no shape"},
      {R"({"W":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,4]}})", "tensor W: its shape is no shape"},
      {R"({"W":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})", "tensor W does not begin where"},
      {R"({"V":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"W":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
       "tensor W does not begin where"},
      {R"({"W":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}})", "take 0 bytes, and 4 are there"},
      {R"({"W":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", "take 8 bytes, and 4 are there"},
  };
  for (const auto& [header, said] : cases) {
    write(header, four);
    EXPECT_THAT(complaint(), HasSubstr(said)) << header;
    EXPECT_THAT(complaint(), HasSubstr("is not a safetensors file")) << header;
  }
}

}  // namespace
}  // namespace steepest::model
