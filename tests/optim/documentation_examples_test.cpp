// documentation_examples_test.cpp: the example of every section of docs/optimizers.md, as the page prints it, compiled and run.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "optim/factor_muon.h"
#include "optim/factory.h"
#include "optim/imuon.h"
#include "optim/lora_muon.h"
#include "optim/lora_rite.h"
#include "optim/lora_rite_core.h"
#include "optim/lora_tsd.h"
#include "optim/muon.h"
#include "optim/pair_problem.h"
#include "optim/riemannion.h"
#include "optim/scaled_gd.h"
#include "optim/specgd.h"
#include "optim/spectron.h"

namespace steepest::optim {
namespace {

/// What the page's examples speak of: a frozen weight, a pair, dense weights, a loss. Every example must lower that loss.
class DocumentationExamples : public ::testing::Test {
 protected:
  DocumentationExamples() {
    torch::manual_seed(181);
    W_pre = torch::randn({12, 10});
    A = testing::leaf(torch::randn({12, 3}));
    B = testing::leaf(torch::randn({10, 3}));
    W = testing::leaf(torch::randn({12, 10}));
    W1 = testing::leaf(torch::randn({8, 12}));
    W2 = testing::leaf(torch::randn({12, 10}));
    target = (W_pre + A.mm(B.t())).detach() + 0.2 * torch::randn({12, 10});
  }

  at::Tensor loss(const at::Tensor& weight) const { return 0.5 * (weight - target).pow(2).sum(); }
  at::Tensor loss(const at::Tensor& first, const at::Tensor& second) const { return (first.mm(second) - 1).pow(2).mean(); }

  double pair_loss() const { return loss(W_pre + A.mm(B.t())).item<double>(); }

  at::Tensor W_pre, A, B, W, W1, W2, target;
};

TEST_F(DocumentationExamples, LoraMuon) {
  const double before = pair_loss();
  steepest::optim::LoraMuon optimizer({{A, B}}, {.learning_rate = 0.1, .weight_decay = 0.01});
  optimizer.zero_grad();
  loss(W_pre + A.mm(B.t())).backward();
  optimizer.step();
  EXPECT_LT(pair_loss(), before);
}

TEST_F(DocumentationExamples, Muon) {
  const double before = loss(W1, W2).item<double>();
  steepest::optim::Muon optimizer({W1, W2}, {.learning_rate = 0.1});
  loss(W1, W2).backward();
  optimizer.step();
  EXPECT_LT(loss(W1, W2).item<double>(), before);
}

TEST_F(DocumentationExamples, FactorMuon) {
  const double before = pair_loss();
  steepest::optim::FactorMuon optimizer({{A, B}}, {.learning_rate = 0.02, .rebalance = 1.0});
  optimizer.zero_grad();
  loss(W_pre + A.mm(B.t())).backward();
  optimizer.step();
  EXPECT_LT(pair_loss(), before);
}

TEST_F(DocumentationExamples, Spectron) {
  const double before = pair_loss();
  steepest::optim::Spectron optimizer({{A, B}}, {.form = steepest::optim::SpectronForm::paper});
  optimizer.zero_grad();
  loss(W_pre + A.mm(B.t())).backward();
  optimizer.step();
  EXPECT_LT(pair_loss(), before);
}

TEST_F(DocumentationExamples, LoraRite) {
  const double before = pair_loss();
  steepest::optim::LoraRite optimizer({{A, B}}, {.learning_rate = 1e-3});
  optimizer.zero_grad();
  loss(W_pre + A.mm(B.t())).backward();
  optimizer.step();
  EXPECT_LT(pair_loss(), before);
}

TEST_F(DocumentationExamples, LoraRiteCore) {
  const double before = pair_loss();
  steepest::optim::LoraRiteCore optimizer({{A, B}}, {.learning_rate = 0.1});
  optimizer.zero_grad();
  loss(W_pre + A.mm(B.t())).backward();
  optimizer.step();
  EXPECT_LT(pair_loss(), before);
}

TEST_F(DocumentationExamples, ScaledGd) {
  const double before = pair_loss();
  steepest::optim::ScaledGd optimizer({{A, B}}, {.learning_rate = 0.1});
  optimizer.zero_grad();
  loss(W_pre + A.mm(B.t())).backward();
  optimizer.step();
  EXPECT_LT(pair_loss(), before);
}

TEST_F(DocumentationExamples, Specgd) {
  const double before = pair_loss();
  steepest::optim::Specgd optimizer({{A, B}}, {.smoothing = 0.01});
  optimizer.zero_grad();
  loss(W_pre + A.mm(B.t())).backward();
  optimizer.step();
  EXPECT_LT(pair_loss(), before);
}

TEST_F(DocumentationExamples, Imuon) {
  const double before = pair_loss();
  steepest::optim::Imuon optimizer({{A, B}}, {.learning_rate = 0.05});
  optimizer.zero_grad();
  loss(W_pre + A.mm(B.t())).backward();
  optimizer.step();
  EXPECT_LT(pair_loss(), before);
}

TEST_F(DocumentationExamples, Riemannion) {
  const double before = pair_loss();
  steepest::optim::Riemannion optimizer({{A, B}}, {.learning_rate = 0.05});
  optimizer.zero_grad();
  loss(W_pre + A.mm(B.t())).backward();
  optimizer.step();
  EXPECT_LT(pair_loss(), before);
}

TEST_F(DocumentationExamples, LoraTsd) {
  const double before = pair_loss();
  steepest::optim::LoraTsd optimizer({{A, B}}, {.iterations = 4});
  optimizer.zero_grad();
  loss(W_pre + A.mm(B.t())).backward();
  optimizer.step();
  EXPECT_LT(pair_loss(), before);
}

TEST_F(DocumentationExamples, AdamW) {
  const double before = pair_loss();
  loss(W_pre + A.mm(B.t())).backward();
  steepest::optim::ParameterGroup group;
  group.pairs = {{A, B}};
  auto made = steepest::optim::make_optimizer(steepest::optim::AdamWOptions{.learning_rate = 1e-3}, {group});
  made.optimizer->step();
  EXPECT_LT(pair_loss(), before);
}

TEST_F(DocumentationExamples, Sgd) {
  const double before = loss(W).item<double>();
  loss(W).backward();
  steepest::optim::ParameterGroup group;
  group.matrices = {W};
  auto made = steepest::optim::make_optimizer(steepest::optim::SgdOptions{.learning_rate = 0.1}, {group});
  made.optimizer->step();
  EXPECT_LT(loss(W).item<double>(), before);
}

/// The lines of a file without the white space around them.
std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find_first_not_of(" \t"), last = line.find_last_not_of(" \t\r");
    lines.push_back(first == std::string::npos ? "" : line.substr(first, last - first + 1));
  }
  return lines;
}

// What runs above is what the page prints, for every one of its sections that has an example.
TEST(DocumentationPage, ItsExamplesAreThoseOfThisFile) {
  const auto page = lines_of(std::string(STEEPEST_SOURCE_DIR) + "/docs/optimizers.md");
  const auto here = lines_of(std::string(STEEPEST_SOURCE_DIR) + "/tests/optim/documentation_examples_test.cpp");
  int count = 0;
  for (auto line = page.begin(); line != page.end(); ++line) {
    if (*line != "**Example.**") continue;
    ++count;
    auto first = line + 1;
    while (first != page.end() && first->empty()) ++first;
    const auto last = std::find(first, page.end(), "");
    ASSERT_NE(first, last);
    EXPECT_NE(std::search(here.begin(), here.end(), first, last), here.end()) << "an example that is not run starts with: " << *first;
  }
  EXPECT_EQ(count, 13);
}

}  // namespace
}  // namespace steepest::optim
