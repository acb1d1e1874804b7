// fused_step_test.cpp: loss and gradients of the fused step are those of the simple layers, whatever the options.
#include "model/fused_step.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "model/linear_map.h"
#include "model/loss_function.h"
#include "random/streams.h"

namespace steepest::model {
namespace {

/// A random network of the kind that the fused step serves.
TransformerOptions any_options(random::Stream& stream) {
  const auto one_of = [&](std::uint64_t count) { return static_cast<std::int64_t>(stream.below(count)); };
  TransformerOptions options;
  options.layers = 1 + one_of(3);
  options.heads = 1 + one_of(3);
  options.width = options.heads * 2 * (1 + one_of(20));
  options.mlp_ratio = static_cast<double>(1 + one_of(4));
  options.mlp = std::vector<std::string>{"gelu", "relu2", "swiglu"}[stream.below(3)];
  options.norm = one_of(3) > 0 ? "rms" : "layer";
  options.residual = one_of(3) > 0 ? "convex" : "plain";
  options.qk_norm = one_of(3) > 0;
  options.position = one_of(3) > 0 ? "rope" : "none";
  options.attention_scale = one_of(2) > 0 ? "inverse" : "inverse_sqrt";
  options.tied_head = one_of(3) == 0;
  options.residual_weight = 0.5 + static_cast<double>(one_of(3));
  options.rank = one_of(2) == 0 ? 0 : 1 + one_of(2);
  if (one_of(3) == 0) options.low_rank_layers = {"value", "mlp"};
  options.lora_scale = one_of(2) == 0 ? 1.0 : 0.5;
  return options;
}

struct Told {
  double loss;
  std::map<std::string, at::Tensor> gradients;
};

Told simple(Transformer& network, const at::Tensor& input, const at::Tensor& target) {
  network.zero_grad();
  const auto loss = network.loss(input, target);
  loss.backward();
  Told told{loss.item<double>(), {}};
  for (const auto& parameter : network.named_parameters()) {
    if (parameter->requires_grad()) told.gradients[parameter.key()] = parameter->grad().clone();
  }
  return told;
}

TEST(FusedStep, LossAndGradientsAreThoseOfTheSimpleLayers) {
  random::Stream stream(random::stream_seed(3, "fused"));
  torch::manual_seed(6);
  for (int trial = 0; trial < 40; ++trial) {
    const auto options = any_options(stream);
    const std::int64_t vocabulary = 3 + static_cast<std::int64_t>(stream.below(70)),
                       length = 1 + static_cast<std::int64_t>(stream.below(70));
    Transformer scratch(options, vocabulary, 1, at::kCPU, at::kDouble);
    auto dense = options;
    dense.rank = 0;
    const Transformer base(dense, vocabulary, 2, at::kCPU, at::kDouble);
    auto tuned_options = options;
    tuned_options.init.factors = "normal";
    Transformer tuned(tuned_options, base, trial % 2 == 0, 3, at::kCPU, at::kDouble);
    for (Transformer* network : {&scratch, &tuned}) {
      const auto input = at::randint(vocabulary, {3, length}, at::kInt), target = at::randint(vocabulary, {3, length}, at::kInt);
      const auto expected = simple(*network, input, target);
      FusedStep<double> step(*network, length + trial % 3);
      EXPECT_NEAR(step.loss(input, target), expected.loss, 1e-10);
      network->zero_grad();
      for (int again = 0; again < 2; ++again) {  // buffers are used once more
        EXPECT_NEAR(step.gradients(input, target), expected.loss, 1e-10);
        for (const auto& parameter : network->named_parameters()) {
          if (!parameter->requires_grad()) continue;
          const auto& gradient = expected.gradients.at(parameter.key());
          EXPECT_LT((parameter->grad() - gradient).abs().max().item<double>(), 1e-10)
              << parameter.key() << " trial " << trial << " layers " << options.layers << " heads " << options.heads << " width "
              << options.width << " rank " << options.rank << " length " << length;
        }
      }
    }
  }
}

TEST(FusedStep, InFloat32IsAsNearToFloat64AsTheSimpleLayers) {
  for (const std::int64_t rank : {0, 2, 8, 32}) {
    TransformerOptions options;
    options.rank = rank;
    Transformer narrow(options, 65, 1, at::kCPU, at::kFloat), wide(options, 65, 1, at::kCPU, at::kDouble);
    for (const auto& parameter : wide.named_parameters()) parameter->detach().copy_(narrow.named_parameters()[parameter.key()].detach());
    torch::manual_seed(7);
    const auto input = at::randint(65, {4, 128}, at::kInt), target = at::randint(65, {4, 128}, at::kInt);
    const auto exact = simple(wide, input, target), plain = simple(narrow, input, target);
    FusedStep<float> step(narrow, 128);
    const double loss = step.gradients(input, target);
    double theirs = 0, ours = 0;
    for (const auto& parameter : narrow.named_parameters()) {
      const auto& gradient = exact.gradients.at(parameter.key());
      const double size = gradient.norm().item<double>();
      theirs = std::max(theirs, (plain.gradients.at(parameter.key()).to(at::kDouble) - gradient).norm().item<double>() / size);
      ours = std::max(ours, (parameter->grad().to(at::kDouble) - gradient).norm().item<double>() / size);
    }
    EXPECT_LE(ours, 2 * theirs) << "rank " << rank;
    EXPECT_NEAR(loss, exact.loss, 2e-6);
    std::printf("rank %ld: relative error of gradients %.2e fused, %.2e simple\n", static_cast<long>(rank), ours, theirs);
  }
}

TEST(FusedMatrix, InBfloat16IsTheSimpleLayersProduct) {
  random::Stream stream(random::stream_seed(8, "fused-matrix"));
  torch::manual_seed(9);
  for (int trial = 0; trial < 20; ++trial) {
    const auto number = [&](std::uint64_t most) { return 1 + static_cast<std::int64_t>(stream.below(most)); };
    const auto rows = number(50), in = number(70), out = number(70);
    auto W = at::randn({out, in}).requires_grad_(), x = at::randn({rows, in}).requires_grad_(), dy = at::randn({rows, out});
    {
      const BfloatScope scope(true);
      linear_map(x, W).backward(dy);
    }
    const at::Tensor dW = W.grad().clone(), dx = x.grad().clone(), expected = [&] {
      const BfloatScope scope(true);
      return linear_map(x, W).detach();
    }();
    auto y = at::empty({rows, out}), ours = at::empty({rows, in});
    FusedMatrix<float> matrix(kernel::pieces<float>(), W, true, true);
    matrix.begin(true);
    matrix.forward(rows, x.data_ptr<float>(), y.data_ptr<float>(), out);
    matrix.backward(rows, x.data_ptr<float>(), dy.data_ptr<float>(), out, ours.data_ptr<float>(), false);
    const auto off = [](const at::Tensor& a, const at::Tensor& b) { return ((a - b).norm() / b.norm()).item<double>(); };
    EXPECT_LT(off(y, expected), 1e-6);
    EXPECT_LT(off(ours, dx), 1e-6);
    EXPECT_LT(off(W.grad(), dW), 1e-6);
    EXPECT_GT(off(at::linear(x, W), expected), 1e-4);
  }
}

TEST(FusedStep, InBfloat16ItRoundsWhatTheSimpleLayersRound) {
  for (const std::int64_t rank : {0, 4}) {
    for (const bool tuned : {false, true}) {
      TransformerOptions options, dense;
      options.width = dense.width = 48;
      dense.rank = 0;
      options.rank = rank;
      options.init.factors = "normal";
      const Transformer base(dense, 65, 2, at::kCPU, at::kFloat);
      Transformer network =
          tuned ? Transformer(options, base, false, 3, at::kCPU, at::kFloat) : Transformer(options, 65, 1, at::kCPU, at::kFloat);
      torch::manual_seed(7);
      const auto input = at::randint(65, {3, 40}, at::kInt), target = at::randint(65, {3, 40}, at::kInt);
      const auto simple = make_loss_function(network, Kernels::simple, 40, true),
                 fused = make_loss_function(network, Kernels::fused, 40, true), whole = make_loss_function(network, Kernels::simple, 40);
      const auto gradients = [&](LossFunction& loss) {
        std::map<std::string, at::Tensor> found;
        found["loss"] = at::scalar_tensor(loss.gradients(input, target), at::kDouble);
        for (const auto& parameter : network.named_parameters()) found[parameter.key()] = parameter->grad().clone();
        return found;
      };
      const auto expected = gradients(*simple), ours = gradients(*fused), unrounded = gradients(*whole);
      for (const auto& [name, gradient] : expected) {
        const auto off = [&](const at::Tensor& other) { return ((other - gradient).norm() / gradient.norm()).item<double>(); };
        // Not to the last bit: where a sum's last bit tips a rounding to bfloat16, the rest follows.
        if (name != "loss") { EXPECT_LT(off(ours.at(name)), off(unrounded.at(name)) / 2) << name << " rank " << rank; }
      }
    }
  }
}

}  // namespace
}  // namespace steepest::model
