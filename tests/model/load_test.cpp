// load_test.cpp: a network from a file is the network that was written, and what does not fit is said.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>
#include <unistd.h>

#include <map>

#include "model/model.h"
#include "options/error.h"
#include "write_safetensors.h"

namespace steepest::model {
namespace {

using ::testing::HasSubstr;

class NetworkFile : public ::testing::Test {
 protected:
  void SetUp() override {
    options_.width = 16;
    options_.heads = 2;
    options_.rank = 0;
    for (const auto& parameter : make_model(options_, 11, 5, kFloat)->named_parameters()) tensors_[parameter.key()] = parameter->detach();
  }
  void TearDown() override { std::filesystem::remove(file_); }

  void write() { write_safetensors(file_, tensors_); }
  std::string complaint(std::int64_t vocabulary = 11) {
    write();
    try {
      load_model(options_, vocabulary, file_, kFloat);
    } catch (const options::InputError& error) { return error.what(); }
    return "";
  }

  static inline const Placement kFloat{at::kCPU, at::kFloat}, kDouble{at::kCPU, at::kDouble};
  TransformerOptions options_;
  std::map<std::string, at::Tensor> tensors_;
  std::filesystem::path file_ =
      std::filesystem::temp_directory_path() / ("steepest_network_" + std::to_string(::getpid()) + ".safetensors");
};

TEST_F(NetworkFile, HasEveryParameterInThePrecisionThatIsAsked) {
  write();
  for (const auto& placement : {kFloat, kDouble}) {
    const auto network = load_model(options_, 11, file_, placement);
    for (const auto& parameter : network->named_parameters()) {
      EXPECT_EQ(parameter->scalar_type(), placement.type);
      EXPECT_TRUE(at::equal(parameter->to(at::kFloat), tensors_.at(parameter.key()))) << parameter.key();
    }
  }
}

TEST_F(NetworkFile, WhatDoesNotFitIsSaid) {
  EXPECT_EQ(complaint(), "");
  EXPECT_THAT(complaint(12),
              HasSubstr("the tensor embedding has the shape [11, 16], and the model, with the run's options and corpus, needs [12, 16]"));
  tensors_["layer7_query.weight"] = at::zeros({16, 16});
  EXPECT_THAT(complaint(), HasSubstr("the model has no tensor layer7_query.weight"));
  tensors_.erase("layer7_query.weight");
  tensors_.erase("head");
  EXPECT_THAT(complaint(), HasSubstr("the tensor head is missing; there are embedding, "));
}

}  // namespace
}  // namespace steepest::model
