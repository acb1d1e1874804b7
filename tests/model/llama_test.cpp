// llama_test.cpp: a checkpoint computes what transformers computes, with an adapter what PEFT does, and trains nothing else. The numbers compared with
// stand in tests/weights/data.
#include "model/llama.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/frozen_matrix.h"
#include "model/linear_map.h"
#include "model/loss_function.h"
#include "weights/adapter.h"
#include "weights/llama_config.h"
#include "weights/support.h"
#include "weights/tensors.h"

namespace steepest::model {
namespace {

using ::testing::HasSubstr;
using weights::testing::complaint;
using weights::testing::kept;

const Placement kFloats{at::kCPU, at::kFloat}, kDoubles{at::kCPU, at::kDouble};

LlamaOptions options_of(const std::filesystem::path& folder) {
  LlamaOptions options;
  options.shape = weights::read_llama_config(folder);
  options.rank = 2;
  options.lora_alpha = 6;
  options.low_rank_layers = {"q_proj", "v_proj", "down_proj"};
  return options;
}

/// What transformers and PEFT have computed.
struct Expected {
  explicit Expected(const std::string& name) : all(weights::testing::json_in(kept(name) / "expected.json")) {
    const auto rows = all.at("tokens").get<std::vector<std::vector<std::int64_t>>>();
    std::vector<std::int64_t> flat;
    for (const auto& row : rows) flat.insert(flat.end(), row.begin(), row.end());
    const auto tokens = at::tensor(flat, at::kInt).view({static_cast<std::int64_t>(rows.size()), -1});
    input = tokens.narrow(1, 0, tokens.size(1) - 1);
    target = tokens.narrow(1, 1, tokens.size(1) - 1);
  }
  at::Tensor numbers(const nlohmann::json& list, at::IntArrayRef shape) const {
    return at::tensor(list.get<std::vector<double>>(), at::kDouble).view(shape);
  }
  at::Tensor logits() const { return numbers(all.at("logits"), {input.size(0), input.size(1), -1}); }
  nlohmann::json all;
  at::Tensor input, target;
};

double difference(const at::Tensor& found, const at::Tensor& expected) {
  return ((found.to(at::kDouble) - expected).norm() / expected.norm()).item<double>();
}

std::shared_ptr<Llama> adapted(const LlamaOptions& options, const Placement& placement, bool from_adapter, std::uint64_t seed = 1) {
  const auto base = load_llama(options, kept("plain"), placement);
  if (from_adapter) base->set_start(load_adapter(options, kept("adapter"), placement));
  return std::make_shared<Llama>(options, *base, true, seed, placement.device, placement.type);
}

TEST(Llama, LogitsAreThoseOfTransformers) {
  for (const char* name : {"plain", "tied"}) {
    const Expected expected(name);
    const auto network = load_llama(options_of(kept(name)), kept(name), kFloats);
    EXPECT_LT(difference(network->forward(expected.input), expected.logits()), 1e-6) << name;
    EXPECT_NEAR(network->loss(expected.input, expected.target).item<double>(), expected.all.at("loss").get<double>(), 1e-6);
    EXPECT_TRUE(network->parameters().empty()) << "nothing of a checkpoint is trained";
  }
}

TEST(Llama, LogitsAndGradientsOfAnAdapterAreThoseOfPeft) {
  for (const Kernels kernels : {Kernels::fused, Kernels::simple}) {
    for (const Placement& placement : {kDoubles, kFloats}) {
      const Expected expected("adapter");
      const auto options = options_of(kept("plain"));
      const auto network = adapted(options, placement, true);
      EXPECT_LT(difference(network->forward(expected.input), expected.logits()), 1e-6);
      const double loss = make_loss_function(*network, kernels, 8)->gradients(expected.input, expected.target);
      EXPECT_NEAR(loss, expected.all.at("loss").get<double>(), 1e-6);
      std::size_t compared = 0;
      for (const NamedHidden& hidden : network->hidden()) {
        const TrainedPart part = hidden.layer->trained();
        const auto* factors = std::get_if<Factors>(&part);
        if (!factors) continue;
        const std::string layer = hidden.name.substr(5, 1), matrix = hidden.name.substr(7);
        const auto names = weights::adapter_names("layers." + layer + "." + weights::module_path(matrix));
        const auto& gradients = expected.all.at("gradients");
        EXPECT_LT(difference(factors->A.grad(), expected.numbers(gradients.at(names.B), factors->A.sizes())), 1e-5) << hidden.name;
        EXPECT_LT(difference(factors->B.grad().t(), expected.numbers(gradients.at(names.A), factors->B.t().sizes())), 1e-5) << hidden.name;
        ++compared;
      }
      EXPECT_EQ(compared, 6u);
    }
  }
}

TEST(Llama, GradientsAreThoseOfDifferences) {
  const Expected expected("plain");
  for (const char* factors : {"lora", "principal"}) {
    LlamaOptions options = options_of(kept("plain"));
    options.init.factors = factors;
    options.low_rank_layers = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"};
    const auto network = adapted(options, kDoubles, false);
    network->loss(expected.input, expected.target).backward();
    const at::NoGradGuard no_grad;
    for (auto& item : network->named_parameters()) {
      at::Tensor& parameter = item.value();
      const at::Tensor before = parameter.clone(), direction = at::sin(at::arange(parameter.numel(), at::kDouble) + 1).view_as(parameter);
      const auto moved = [&](double step) {
        parameter.copy_(before + step * direction);
        return network->loss(expected.input, expected.target).item<double>();
      };
      const double h = 1e-5, slope = (moved(h) - moved(-h)) / (2 * h), expected_slope = (parameter.grad() * direction).sum().item<double>();
      parameter.copy_(before);
      EXPECT_NEAR(slope, expected_slope, 1e-7 * (1 + std::abs(expected_slope))) << item.key() << " " << factors;
    }
  }
}

// Whatever the start, before the first step the network is the checkpoint.
TEST(Llama, StartsAtTheCheckpointAndTrainsAdaptersAlone) {
  const Expected expected("plain");
  LlamaOptions options = options_of(kept("plain"));
  for (const char* factors : {"lora", "principal"}) {
    options.init.factors = factors;
    options.init.factor_condition = 10;
    const auto network = adapted(options, kDoubles, false);
    EXPECT_LT(difference(network->forward(expected.input), expected.logits()), 1e-6) << factors;
    EXPECT_EQ(network->parameters().size(), 12u);
    EXPECT_TRUE(network->tables().empty());
    EXPECT_TRUE(network->vectors().empty());
  }
  options.init = {};
  const auto network = adapted(options, kDoubles, false), other = adapted(options, kDoubles, false, 2);
  const auto factors = std::get<Factors>(network->hidden().front().layer->trained()),
             others = std::get<Factors>(other->hidden().front().layer->trained());
  EXPECT_EQ(factors.A.abs().max().item<double>(), 0.0);
  EXPECT_LT(factors.B.abs().max().item<double>(), 1 / std::sqrt(8.0));
  EXPECT_FALSE(at::equal(factors.B, others.B)) << "the seed decides";
  EXPECT_EQ(factors.lora_scale, 3.0);
}

TEST(Llama, NoLogitDependsOnLaterTokens) {
  const auto network = load_llama(options_of(kept("tied")), kept("tied"), kDoubles);
  const at::Tensor input = Expected("tied").input, changed = input.clone();
  changed.narrow(1, 5, 3).add_(1).remainder_(32);
  const at::Tensor before = network->forward(input), after = network->forward(changed);
  EXPECT_LT((before - after).narrow(1, 0, 5).abs().max().item<double>(), 1e-12);
  EXPECT_GT((before - after).narrow(1, 5, 3).abs().max().item<double>(), 1e-6);
}

// What an adapter's file holds, laid on the checkpoint, is the network that was trained.
TEST(Llama, AdaptersComeBackFromTheirFile) {
  const Expected expected("plain");
  for (const char* factors : {"lora", "principal"}) {
    LlamaOptions options = options_of(kept("plain"));
    options.init.factors = factors;
    const auto trained = adapted(options, kFloats, false);
    {
      const at::NoGradGuard no_grad;
      for (at::Tensor parameter : trained->parameters())
        parameter.add_(at::sin(at::arange(parameter.numel(), at::kFloat)).view_as(parameter), 0.1);
    }
    const weights::testing::Folder folder;
    folder.put("adapter_model.safetensors", adapter_text(*trained, {}));
    LlamaOptions read = options_of(kept("plain"));
    if (options.init.factors == "principal") read.rank = 4, read.lora_alpha = 12;
    const auto base = load_llama(read, kept("plain"), kFloats);
    base->set_start(load_adapter(read, folder.path(), kFloats));
    const Llama again(read, *base, true, 7, at::kCPU, at::kFloat);
    EXPECT_LT(difference(again.forward(expected.input), trained->forward(expected.input).to(at::kDouble)), 1e-5) << factors;
    EXPECT_GT(difference(again.forward(expected.input), expected.logits()), 1e-2) << "it was moved";
  }
}

// A frozen matrix is rounded once, to what it would be rounded to every time.
TEST(Llama, FrozenMatricesAreRoundedLikeOthers) {
  const at::Tensor W = at::sin(at::arange(48, at::kFloat)).view({6, 8}), x = at::cos(at::arange(16, at::kFloat)).view({2, 8});
  const FrozenMatrix frozen(W);
  const auto result_and_gradient = [&](bool kept_rounded) {
    const at::Tensor input = x.clone().set_requires_grad(true);
    const at::Tensor y = kept_rounded ? frozen(input) : linear_map(input, W);
    y.square().sum().backward();
    return std::pair(y.detach(), input.grad());
  };
  for (const bool bfloat16 : {false, true, true}) {
    const BfloatScope scope(bfloat16);
    const auto [z, dz] = result_and_gradient(false);
    for (const bool packed : {false, true}) {
      const PackedScope pieces(packed);
      const auto [y, dx] = result_and_gradient(true);
      // Packed, sums are in another order, and so may the result's gradient be rounded another way.
      const double most = !packed ? 0 : bfloat16 ? 1e-2 : 1e-6;
      EXPECT_LE((y - z).abs().max().item<double>(), std::min(most, 1e-6) * (1 + z.abs().max().item<double>()));
      EXPECT_LE((dx - dz).abs().max().item<double>(), most * (1 + dz.abs().max().item<double>()));
    }
  }
}

TEST(Llama, FoldersThatDoNotFitAreRefused) {
  const LlamaOptions options = options_of(kept("plain"));
  const auto tensors = weights::Tensors::in_folder(kept("plain"));
  std::map<std::string, weights::Numbers> sound;
  for (const auto& name : tensors.names()) sound[name] = {tensors.shape(name), tensors.read(name)};
  const weights::testing::Folder folder;
  folder.copy("plain");
  const auto said = [&](const std::map<std::string, weights::Numbers>& all, const LlamaOptions& asked) {
    folder.put("model.safetensors", weights::safetensors_text(all, {}));
    return complaint([&] { load_llama(asked, folder.path(), kFloats); });
  };
  EXPECT_EQ(said(sound, options), "");
  auto missing = sound;
  missing.erase("model.layers.1.mlp.up_proj.weight");
  EXPECT_THAT(said(missing, options), HasSubstr("model.safetensors: the tensor model.layers.1.mlp.up_proj.weight is missing; there are "));
  auto other_shape = sound;
  other_shape["model.norm.weight"] = {{4}, {1, 1, 1, 1}};
  EXPECT_THAT(said(other_shape, options), HasSubstr("the tensor model.norm.weight has the shape [4], and [8] is needed"));
  auto biased = sound;
  biased["model.layers.0.self_attn.q_proj.bias"] = {{1}, {0}};
  EXPECT_THAT(said(biased, options), HasSubstr("the tensor model.layers.0.self_attn.q_proj.bias is none of a Llama without biases"));
  auto other = options;
  other.shape.rope_base = 500;
  EXPECT_THAT(said(sound, other), HasSubstr("config.json states another network than the run was planned with"));
  auto narrow = options;
  narrow.rank = 3;
  EXPECT_THAT(complaint([&] { load_adapter(narrow, kept("adapter"), kFloats); }), HasSubstr("has the shape"));
  narrow = options;
  narrow.low_rank_layers = {"q_proj"};
  EXPECT_THAT(complaint([&] { load_adapter(narrow, kept("adapter"), kFloats); }),
              HasSubstr("is none of an adapter of model.low_rank_layers"));
}

}  // namespace
}  // namespace steepest::model
