// transformer_test.cpp: what must hold of the network whatever its options.
#include "model/transformer.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "model/transformer_shapes.h"

namespace steepest::model {
namespace {

constexpr std::int64_t kVocabulary = 11;

TransformerOptions small() {
  TransformerOptions options;
  options.width = 16;
  options.heads = 2;
  options.rank = 3;
  return options;
}

std::vector<TransformerOptions> variants() {
  std::vector<TransformerOptions> all(9, small());
  all[1].rank = 0;
  all[2].mlp = "swiglu";
  all[3].mlp = "relu2";
  all[4].residual = "plain";
  all[5].norm = "layer";
  all[6].tied_head = true;
  all[7].position = "none";
  all[7].qk_norm = false;
  all[8].attention_scale = "inverse";
  all[8].low_rank_layers = {"mlp"};
  return all;
}

TEST(Transformer, NoLogitDependsOnLaterCharacters) {
  torch::manual_seed(4);
  for (const TransformerOptions& options : variants()) {
    const Transformer network(options, kVocabulary, 1, at::kCPU, at::kDouble);
    const at::Tensor input = at::randint(kVocabulary, {2, 9}, at::kLong);
    at::Tensor changed = input.clone();
    changed.narrow(1, 5, 4).add_(1).remainder_(kVocabulary);
    const at::Tensor before = network.forward(input), after = network.forward(changed);
    EXPECT_LT((before - after).narrow(1, 0, 5).abs().max().item<double>(), 1e-12);
    EXPECT_GT((before - after).narrow(1, 5, 4).abs().max().item<double>(), 1e-6);
  }
}

TEST(Transformer, EveryParameterReceivesAGradient) {
  torch::manual_seed(5);
  for (TransformerOptions options : variants()) {
    Transformer network(options, kVocabulary, 1, at::kCPU, at::kDouble);
    const at::Tensor input = at::randint(kVocabulary, {4, 9}, at::kLong), target = at::randint(kVocabulary, {4, 9}, at::kLong);
    network.loss(input, target).backward();
    for (const auto& item : network.named_parameters()) {
      ASSERT_TRUE(item.value().grad().defined()) << item.key();
      EXPECT_GT(item.value().grad().abs().max().item<double>(), 0.0) << item.key();
    }
  }
}

TEST(Transformer, LossIsTheMeanCrossEntropyOfTheLogits) {
  const Transformer network(small(), kVocabulary, 1, at::kCPU, at::kDouble);
  const at::Tensor input = at::randint(kVocabulary, {2, 6}, at::kLong), target = at::randint(kVocabulary, {2, 6}, at::kLong);
  const at::Tensor logp = at::log_softmax(network.forward(input), -1);
  const double expected = -logp.gather(-1, target.unsqueeze(-1)).mean().item<double>();
  EXPECT_NEAR(network.loss(input, target).item<double>(), expected, 1e-12);
}

TEST(Transformer, EmbeddingAndHeadStartAlikeAtEveryRankAndTheGaugeLeavesTheFunctionAlone) {
  TransformerOptions dense = small(), scaled = small(), turned = small();
  dense.rank = 0;
  scaled.init.factor_scale = 9;
  turned.init.factor_condition = 1e3;
  const Transformer a(dense, kVocabulary, 7, at::kCPU, at::kDouble), b(small(), kVocabulary, 7, at::kCPU, at::kDouble),
      c(scaled, kVocabulary, 7, at::kCPU, at::kDouble), d(small(), kVocabulary, 8, at::kCPU, at::kDouble);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_TRUE(at::equal(a.tables()[i], b.tables()[i]));
  EXPECT_FALSE(at::equal(b.tables()[0], d.tables()[0]));
  const at::Tensor input = at::randint(kVocabulary, {2, 6}, at::kLong);
  EXPECT_LT((b.forward(input) - c.forward(input)).abs().max().item<double>(), 1e-10);
  const Transformer e(turned, kVocabulary, 7, at::kCPU, at::kDouble);
  EXPECT_LT((b.forward(input) - e.forward(input)).abs().max().item<double>(), 1e-8);
  const auto factors = std::get<Factors>(e.hidden()[0].layer->trained());  // of orthonormal columns before
  const auto sigma = at::linalg_svdvals(factors.A);
  EXPECT_NEAR((sigma[0] / sigma[-1]).item<double>(), 1e3, 1e-6);
}

// What a dense run with this seed would start from, cut at the rank: with its gain, whatever the gauge and at every matrix.
TEST(Transformer, SpectralFactorsStartFromTheDenseStartOfTheSameSeed) {
  for (const char* hidden : {"normal", "orthogonal"}) {
    TransformerOptions dense = small(), spectral = small();
    dense.rank = 0;
    spectral.init.factors = "spectral";
    spectral.init.factor_scale = 3;
    for (auto* options : {&dense, &spectral}) {
      options->init.hidden = hidden;
      options->init.hidden_gain = 1.5;
    }
    const Transformer whole(dense, kVocabulary, 7, at::kCPU, at::kDouble), part(spectral, kVocabulary, 7, at::kCPU, at::kDouble);
    for (std::size_t i = 0; i < whole.hidden().size(); ++i) {
      const auto W = whole.hidden()[i].layer->product(), low = part.hidden()[i].layer->product();
      const auto s = at::linalg_svdvals(W), rest = at::linalg_svdvals(W - low);
      // The best approximation leaves exactly the singular values that it does not take.
      const auto left = s.size(0) - spectral.rank;
      EXPECT_LT((rest.narrow(0, 0, left) - s.narrow(0, spectral.rank, left)).abs().max().item<double>(), 1e-10) << hidden << " " << i;
      EXPECT_LT(rest.narrow(0, left, spectral.rank).abs().max().item<double>(), 1e-10) << hidden << " " << i;
    }
  }
}

TEST(Transformer, SinglePrecisionFollowsDouble) {
  const Transformer wide(small(), kVocabulary, 2, at::kCPU, at::kDouble), narrow(small(), kVocabulary, 2, at::kCPU, at::kFloat);
  const at::Tensor input = at::randint(kVocabulary, {2, 6}, at::kLong);
  EXPECT_LT((wide.forward(input) - narrow.forward(input)).abs().max().item<double>(), 1e-4);
}

}  // namespace
}  // namespace steepest::model
