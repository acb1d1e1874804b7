// stacked_network_test.cpp: networks that compute as one have the losses and gradients that each has alone.
#include "model/stacked_network.h"

#include <gtest/gtest.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/torch.h>

#include <cmath>
#include <limits>

#include "model/llama.h"
#include "model/loss_function.h"
#include "model/transformer.h"
#include "weights/llama_config.h"
#include "weights/support.h"

namespace steepest::model::stacked_network_test {
namespace {

constexpr std::int64_t kTokens = 11, kMembers = 3;
constexpr double kOfDoubles = 1e-12, kOfFloats = 2e-5;  // relative

using Members = std::vector<std::shared_ptr<Model>>;

TransformerOptions small() {
  TransformerOptions options;
  options.width = 16;
  options.heads = 2;
  options.rank = 3;
  return options;
}

std::vector<TransformerOptions> variants() {
  std::vector<TransformerOptions> all(10, small());
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
  all[9].lora_scale = 2.5;
  all[9].rank = 1;
  return all;
}

/// From seeds 1, 2, ..., and of other scales of the factors.
Members from_scratch(TransformerOptions options, at::ScalarType type) {
  Members members;
  for (std::int64_t m = 0; m < kMembers; ++m) {
    options.init.factor_scale = 1.0 + static_cast<double>(m);
    members.push_back(std::make_shared<Transformer>(options, kTokens, static_cast<std::uint64_t>(m) + 1, at::kCPU, type));
  }
  return members;
}

Members fine_tuned(TransformerOptions options, bool frozen_tables, at::ScalarType type) {
  const Transformer base(dense(options), kTokens, 9, at::kCPU, type);
  Members members;
  for (std::uint64_t m = 1; m <= kMembers; ++m)
    members.push_back(std::make_shared<Transformer>(options, base, frozen_tables, m, at::kCPU, type));
  return members;
}

Members llamas(at::ScalarType type) {
  LlamaOptions options;
  const auto folder = weights::testing::kept("plain");
  options.shape = weights::read_llama_config(folder);
  options.rank = 2;
  options.low_rank_layers = {"q_proj", "v_proj", "down_proj"};
  const auto base = load_llama(options, folder, {at::kCPU, type});
  Members members;
  for (std::uint64_t m = 1; m <= kMembers; ++m) {
    members.push_back(std::make_shared<Llama>(options, *base, true, m, at::kCPU, type));
    const at::NoGradGuard no_grad;
    torch::manual_seed(m);
    for (auto& parameter : members.back()->parameters()) parameter.normal_(0, 0.1);  // a start at zero hides half of the gradients
  }
  return members;
}

struct Tokens {
  at::Tensor input, target;  // [M, B, T]
  explicit Tokens(std::int64_t vocabulary = kTokens, std::int64_t batch = 4, std::int64_t length = 9) {
    torch::manual_seed(21);
    const at::Tensor all = at::randint(vocabulary, {kMembers, batch, length + 1}, at::kInt);
    input = all.narrow(2, 0, length);
    target = all.narrow(2, 1, length);
  }
};

double difference(const at::Tensor& some, const at::Tensor& other) {
  const auto wide = other.to(at::kDouble);
  return ((some.to(at::kDouble) - wide).norm() / wide.norm().clamp_min(1e-300)).item<double>();
}

/// Of all parameters, as one vector.
at::Tensor gradient_of(const Model& network) {
  std::vector<at::Tensor> all;
  for (const auto& parameter : network.parameters()) {
    if (parameter.requires_grad()) all.push_back(parameter.grad().flatten());
  }
  return at::cat(all);
}

/// Each matrix for itself. The softmax takes nearly all of what reaches queries and keys away, to 1e-7 of the whole gradient, and leaves its rounding: that
/// of the whole, some units in the last place.
void expect_same_gradients(const Model& member, const Model& alone, bool bfloat16, double tolerance) {
  const at::Tensor all = gradient_of(alone);
  const double unit = all.scalar_type() == at::kDouble ? std::numeric_limits<double>::epsilon() : std::numeric_limits<float>::epsilon();
  const double rounding = (bfloat16 ? tolerance : 8 * unit) * all.to(at::kDouble).norm().item<double>();
  const auto own = member.named_parameters();
  for (const auto& expected : alone.named_parameters()) {
    if (!expected.value().requires_grad()) continue;
    const at::Tensor wide = expected.value().grad().to(at::kDouble);
    EXPECT_LT((own[expected.key()].grad().to(at::kDouble) - wide).norm().item<double>(), tolerance * wide.norm().item<double>() + rounding)
        << expected.key();
  }
}

/// `members` and `alone` are the same networks.
void expect_same(const Members& members, const Members& alone, const Tokens& tokens, bool bfloat16, double tolerance) {
  StackedNetwork whole(members, bfloat16, false);
  for (int round = 0; round < 2; ++round) {  // gradients of before do not add up
    const at::Tensor losses = whole.gradients(tokens.input, tokens.target);
    const at::Tensor looked_at = whole.losses(tokens.input, tokens.target);
    for (std::size_t m = 0; m < members.size(); ++m) {
      const auto i = static_cast<std::int64_t>(m);
      const auto own = make_loss_function(*alone[m], Kernels::simple, 16, bfloat16);
      const double loss = own->gradients(tokens.input[i], tokens.target[i]);
      EXPECT_NEAR(losses[i].item<double>(), loss, tolerance * std::abs(loss));
      EXPECT_NEAR(looked_at[i].item<double>(), loss, tolerance * std::abs(loss));
      expect_same_gradients(*members[m], *alone[m], bfloat16, tolerance);
    }
  }
}

TEST(StackedNetwork, HasTheLossesAndGradientsOfSeparateTransformers) {
  for (const auto& options : variants()) {
    expect_same(from_scratch(options, at::kDouble), from_scratch(options, at::kDouble), Tokens(), false, kOfDoubles);
    expect_same(from_scratch(options, at::kFloat), from_scratch(options, at::kFloat), Tokens(), false, kOfFloats);
  }
}

TEST(StackedNetwork, OfManySizes) {
  torch::manual_seed(22);
  const auto draw = [](std::int64_t low, std::int64_t high) { return at::randint(low, high, {1}, at::kLong).item<std::int64_t>(); };
  for (int i = 0; i < 6; ++i) {
    TransformerOptions options = small();
    options.layers = draw(1, 4);
    options.heads = draw(1, 4);
    options.width = options.heads * 2 * draw(2, 6);
    options.rank = draw(0, 5);
    const Tokens tokens(kTokens, draw(1, 5), draw(2, 14));
    expect_same(from_scratch(options, at::kDouble), from_scratch(options, at::kDouble), tokens, false, kOfDoubles);
  }
}

TEST(StackedNetwork, HasThoseOfFineTunings) {
  for (const char* factors : {"lora", "principal", "orthonormal"}) {
    for (const bool frozen_tables : {true, false}) {
      auto options = small();
      options.init.factors = factors;
      options.low_rank_layers = {"query", "mlp"};
      expect_same(fine_tuned(options, frozen_tables, at::kDouble), fine_tuned(options, frozen_tables, at::kDouble), Tokens(), false,
                  kOfDoubles);
    }
  }
}

TEST(StackedNetwork, HasThoseOfAdaptersOnACheckpoint) {
  expect_same(llamas(at::kDouble), llamas(at::kDouble), Tokens(), false, kOfDoubles);
}

TEST(StackedNetwork, HasThoseOfProductsInBfloat16) {
  for (const std::int64_t rank : {0, 3}) {
    auto options = small();
    options.rank = rank;
    // Where a sum lies beside a rounding border of bfloat16, another order of adding up rounds it the other way.
    expect_same(from_scratch(options, at::kFloat), from_scratch(options, at::kFloat), Tokens(), true, 4e-3);
  }
}

TEST(StackedNetwork, IsWhatItsMembersAre) {
  auto members = from_scratch(small(), at::kDouble);
  StackedNetwork whole(members, false, false);
  const Tokens tokens;
  const at::Tensor before = whole.losses(tokens.input, tokens.target);
  {
    const at::NoGradGuard no_grad;
    members[1]->parameters().front().mul_(1.5);
  }
  const at::Tensor after = whole.losses(tokens.input, tokens.target);
  EXPECT_EQ(before[0].item<double>(), after[0].item<double>());
  EXPECT_NE(before[1].item<double>(), after[1].item<double>());
  EXPECT_NEAR(members[1]->loss(tokens.input[1], tokens.target[1]).item<double>(), after[1].item<double>(), 1e-12);
  // The same tokens for all, as in validation.
  const at::Tensor shared = whole.losses(tokens.input[1], tokens.target[1]);
  EXPECT_NEAR(shared[1].item<double>(), after[1].item<double>(), 1e-12);
}

TEST(StackedNetwork, ClipsEachMembersGradientsByItsOwnNorm) {
  for (const double most : {0.05, 0.5, 100.0}) {
    auto members = from_scratch(small(), at::kDouble), alone = from_scratch(small(), at::kDouble);
    StackedNetwork whole(members, false, false);
    const Tokens tokens;
    whole.gradients(tokens.input, tokens.target);
    whole.clip(most);
    for (std::size_t m = 0; m < members.size(); ++m) {
      alone[m]->loss(tokens.input[static_cast<std::int64_t>(m)], tokens.target[static_cast<std::int64_t>(m)]).backward();
      torch::nn::utils::clip_grad_norm_(alone[m]->parameters(), most);
      EXPECT_LT(difference(gradient_of(*members[m]), gradient_of(*alone[m])), kOfDoubles);
    }
  }
}

TEST(StackedNetwork, AMemberThatIsLostLeavesTheOthersAsTheyAre) {
  auto members = from_scratch(small(), at::kDouble), alone = from_scratch(small(), at::kDouble);
  StackedNetwork whole(members, false, false);
  {
    const at::NoGradGuard no_grad;
    for (auto& parameter : members[1]->parameters()) parameter.fill_(std::nan(""));
  }
  const Tokens tokens;
  const at::Tensor losses = whole.gradients(tokens.input, tokens.target);
  EXPECT_TRUE(std::isnan(losses[1].item<double>()));
  whole.mask(at::isfinite(losses));
  EXPECT_EQ(gradient_of(*members[1]).abs().max().item<double>(), 0);
  for (const std::size_t m : {std::size_t{0}, std::size_t{2}}) {
    alone[m]->loss(tokens.input[static_cast<std::int64_t>(m)], tokens.target[static_cast<std::int64_t>(m)]).backward();
    EXPECT_LT(difference(gradient_of(*members[m]), gradient_of(*alone[m])), kOfDoubles);
  }
}

TEST(StackedNetwork, RefusesNetworksOfSeveralShapes) {
  auto members = from_scratch(small(), at::kFloat);
  auto other = small();
  other.rank = 2;
  members.push_back(from_scratch(other, at::kFloat).front());
  EXPECT_THROW(StackedNetwork(members, false, false), std::invalid_argument);
  members.back() = llamas(at::kFloat).front();
  EXPECT_THROW(StackedNetwork(members, false, false), std::invalid_argument);
}

}  // namespace
}  // namespace steepest::model::stacked_network_test
