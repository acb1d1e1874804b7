// probe_test.cpp: what probes see against its definition, and that looking changes nothing.
#include "probe/probe.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <map>

namespace steepest::probe {
namespace {

model::TransformerOptions small(std::int64_t rank) {
  model::TransformerOptions options;
  options.width = 16;
  options.heads = 2;
  options.rank = rank;
  options.lora_scale = 2.0;
  return options;
}

const model::Placement kWide{at::kCPU, at::kDouble};

std::shared_ptr<model::Model> network(std::int64_t rank) { return model::make_model(small(rank), 11, 1, kWide); }

/// The adapters of rank 3 on a dense base, moved off their start so that A B^T is not zero.
std::shared_ptr<model::Model> fine_tuned() {
  auto options = small(3);
  options.init.factors = "lora";
  auto made = model::make_model(options, *network(0), true, 2, kWide);
  at::NoGradGuard no_grad;
  torch::manual_seed(3);
  for (auto& parameter : made->parameters()) {
    if (parameter.requires_grad()) parameter.add_(at::randn_like(parameter), 0.1);
  }
  return made;
}

Observed seen_by(const std::unique_ptr<Probe>& probe, const model::Model& network) { return probe->observe(network); }

std::map<std::string, double> metrics(const Observed& seen) { return {seen.metrics.begin(), seen.metrics.end()}; }

TEST(Spectra, AreTheSingularValuesOfTheWeightThatTheNetworkUses) {
  for (const auto& made : {network(0), network(3), fine_tuned()}) {
    const auto seen = seen_by(make_probe(SpectraOptions{}), *made);
    ASSERT_EQ(seen.spectra.size(), made->hidden().size());
    for (std::size_t i = 0; i < seen.spectra.size(); ++i) {
      const auto& [name, values] = seen.spectra[i];
      const auto& hidden = made->hidden()[i];
      EXPECT_EQ(name, hidden.name);
      const auto expected = at::linalg_svdvals(hidden.layer->product());
      for (std::size_t k = 0; k < static_cast<std::size_t>(expected.numel()); ++k) {
        const double value = k < values.size() ? values[k] : 0.0;  // those that a product of thin factors lacks are zero
        EXPECT_NEAR(value, expected[static_cast<std::int64_t>(k)].item<double>(), 1e-12) << name << " " << k;
      }
      const auto W = hidden.layer->product();
      const double stable = (W.square().sum() / at::linalg_svdvals(W)[0].square()).item<double>();
      const auto shares = expected / expected.sum();
      EXPECT_NEAR(metrics(seen).at("stable_rank." + name), stable, 1e-10);
      EXPECT_NEAR(metrics(seen).at("effective_rank." + name), at::exp(-at::xlogy(shares, shares).sum()).item<double>(), 1e-6);
    }
  }
}

TEST(Spectra, OfAThinProductAreAsManyAsItsRank) {
  EXPECT_EQ(seen_by(make_probe(SpectraOptions{}), *network(3)).spectra.front().second.size(), 3u);
  EXPECT_EQ(seen_by(make_probe(SpectraOptions{}), *fine_tuned()).spectra.front().second.size(), 16u);
}

TEST(Updates, AreTheNormsOfWhatAStepChanges) {
  for (const auto& made : {network(0), network(3), fine_tuned()}) {
    const auto probe = make_probe(UpdatesOptions{});
    std::vector<at::Tensor> before;
    for (const auto& hidden : made->hidden()) before.push_back(hidden.layer->product().detach().clone());
    EXPECT_TRUE(probe->observe(*made).metrics.empty()) << "nothing has moved yet";
    {
      at::NoGradGuard no_grad;
      probe->before_step(*made);
      torch::manual_seed(4);
      for (auto& parameter : made->parameters()) parameter.add_(at::randn_like(parameter), 0.01);
    }
    const auto seen = metrics(probe->observe(*made));
    for (std::size_t i = 0; i < before.size(); ++i) {
      const auto& hidden = made->hidden()[i];
      const auto update = hidden.layer->product().detach() - before[i];
      EXPECT_NEAR(seen.at("update_norm." + hidden.name), at::linalg_svdvals(update)[0].item<double>(), 1e-10);
      EXPECT_NEAR(seen.at("update_frobenius_norm." + hidden.name), update.norm().item<double>(), 1e-10);
    }
  }
}

TEST(Updates, OfASmallStepInFloat32AreNotLostInTheProduct) {
  const auto made = model::make_model(small(3), 11, 1, {at::kCPU, at::kFloat});
  const auto probe = make_probe(UpdatesOptions{});
  const auto wide = [](const model::NamedHidden& hidden) {
    const auto factors = std::get<model::Factors>(hidden.layer->trained());
    return factors.lora_scale * factors.A.to(at::kDouble).mm(factors.B.to(at::kDouble).t());
  };
  std::vector<at::Tensor> before;
  for (const auto& hidden : made->hidden()) before.push_back(wide(hidden));
  at::NoGradGuard no_grad;
  probe->before_step(*made);
  torch::manual_seed(5);
  for (auto& parameter : made->parameters()) parameter.add_(at::randn_like(parameter), 1e-6);
  const auto seen = metrics(probe->observe(*made));
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto& hidden = made->hidden()[i];
    const double norm = at::linalg_svdvals(wide(hidden) - before[i])[0].item<double>();
    EXPECT_NEAR(seen.at("update_norm." + hidden.name), norm, 1e-6 * norm) << hidden.name;
  }
}

TEST(Factors, NormsFollowAScalarGaugeAndImbalanceVanishesForOrthonormalColumns) {
  for (const double scale : {1.0, 3.0, 27.0}) {
    auto options = small(3);
    options.init.factor_scale = scale;
    const auto made = model::make_model(options, 11, 1, kWide);
    const auto seen = metrics(seen_by(make_probe(FactorsOptions{}), *made));
    for (const auto& hidden : made->hidden()) {
      EXPECT_NEAR(seen.at("factor_norm_A." + hidden.name), scale, 1e-10 * scale);
      EXPECT_NEAR(seen.at("factor_norm_B." + hidden.name), 1 / scale, 1e-10);
      EXPECT_NEAR(seen.at("gauge." + hidden.name), scale * scale, 1e-8 * scale * scale);
      const double s = scale * scale, expected = (s - 1 / s) / (s + 1 / s);
      EXPECT_NEAR(seen.at("imbalance." + hidden.name), expected, 1e-10);
    }
  }
  EXPECT_TRUE(metrics(seen_by(make_probe(FactorsOptions{}), *network(0))).empty()) << "a dense network has no factors";
}

// The mean of 64 squared differences, over networks that differ everywhere: within four standard deviations of what it estimates.
TEST(Sketch, TellsTheDistanceOfTwoNetworks) {
  for (const std::int64_t rank : {0, 3}) {
    const auto first = network(rank), second = network(rank);
    {
      at::NoGradGuard no_grad;
      torch::manual_seed(6);
      for (auto& parameter : second->parameters()) parameter.add_(at::randn_like(parameter), 0.1);
    }
    double square = 0, norm = 0;
    for (std::size_t i = 0; i < first->hidden().size(); ++i) {
      const auto W = first->hidden()[i].layer->product(), other = second->hidden()[i].layer->product();
      square += (W - other).square().sum().item<double>();
      norm += W.square().sum().item<double>();
    }
    auto seen = metrics(seen_by(make_probe(SketchOptions{}), *first)), others = metrics(seen_by(make_probe(SketchOptions{}), *second));
    double estimate = 0;
    for (int k = 0; k < kSketchSize; ++k) {
      const std::string name = "sketch." + std::to_string(k);
      estimate += std::pow(seen.at(name) - others.at(name), 2) / kSketchSize;
    }
    EXPECT_NEAR(estimate / square, 1, 4 * std::sqrt(8.0 / kSketchSize)) << "rank " << rank;
    EXPECT_GT(estimate / square, 0.2);
    EXPECT_NEAR(seen.at("sketch.norm"), std::sqrt(norm), 1e-10);
    EXPECT_EQ(seen, metrics(seen_by(make_probe(SketchOptions{}), *network(rank)))) << "every run has the same vectors";
  }
}

/// Gradients of a loss at the network's weights, as a training step leaves them.
void make_gradients(model::Model& network) {
  torch::manual_seed(8);
  const auto input = at::randint(11, {4, 6}, at::kLong), target = at::randint(11, {4, 6}, at::kLong);
  for (auto& parameter : network.parameters()) parameter.mutable_grad() = at::Tensor();
  network.loss(input, target).backward();
}

// In float64 what is left is the tables' part: msign's to 4e-4, the roots' to 2.6e-4, and their damping by the gauge's condition.
TEST(Identities, HoldAtANetworksOwnWeightsAndGradients) {
  const auto three = network(3);
  for (const auto& made : {three, network(1), fine_tuned()}) {
    const auto probe = make_probe(IdentitiesOptions{});
    EXPECT_TRUE(probe->observe(*made).metrics.empty()) << "there is no gradient yet";
    {
      at::NoGradGuard no_grad;
      probe->before_step(*made);
    }
    make_gradients(*made);
    const at::NoGradGuard no_grad;
    const auto seen = metrics(probe->observe(*made));
    EXPECT_LT(seen.at("identity.projector"), 3e-3);
    EXPECT_LT(seen.at("identity.gauge"), 3e-3);
    EXPECT_LT(seen.at("identity.core"), 3e-3);
    EXPECT_LT(seen.at("identity.decay"), 1e-10);
    if (made == three) {
      for (const auto& [name, value] : seen) EXPECT_GT(value, 0) << name << " compares two ways of computing";
    }
  }
  EXPECT_TRUE(metrics(seen_by(make_probe(IdentitiesOptions{}), *network(0))).empty()) << "a dense network has no factors";
}

TEST(Adapters, AreWhatIsAddedAndWhereItLies) {
  const auto made = fine_tuned();
  const auto seen = seen_by(make_probe(AdaptersOptions{}), *made);
  const auto values_of = [&](const std::string& name) {
    for (const auto& [matrix, values] : seen.spectra) {
      if (matrix == "adapter." + name) return values;
    }
    return std::vector<double>();
  };
  for (const auto& hidden : made->hidden()) {
    const auto frozen = hidden.layer->frozen_part(), added = hidden.layer->product().detach() - frozen;
    const auto expected = at::linalg_svdvals(added);
    const auto values = values_of(hidden.name);
    ASSERT_EQ(values.size(), 3u);
    for (std::int64_t k = 0; k < 3; ++k) EXPECT_NEAR(values[static_cast<std::size_t>(k)], expected[k].item<double>(), 1e-11) << hidden.name;
    const auto shares = expected.narrow(0, 0, 3) / expected.narrow(0, 0, 3).sum();
    EXPECT_NEAR(metrics(seen).at("adapter_effective_rank." + hidden.name), at::exp(-at::xlogy(shares, shares).sum()).item<double>(), 1e-8);
    EXPECT_NEAR(metrics(seen).at("adapter_stable_rank." + hidden.name), ((expected / expected[0]).square().sum()).item<double>(), 1e-8);
    const auto [U, S, Vh] = at::linalg_svd(frozen, false);
    const double whole = added.square().sum().item<double>();
    EXPECT_NEAR(metrics(seen).at("alignment_left." + hidden.name), U.narrow(1, 0, 3).t().mm(added).square().sum().item<double>() / whole,
                1e-8);
    EXPECT_NEAR(metrics(seen).at("alignment_right." + hidden.name), added.mm(Vh.narrow(0, 0, 3).t()).square().sum().item<double>() / whole,
                1e-8);
  }
}

TEST(Adapters, OfALoraStartAreZeroAndOfNoRank) {
  auto options = small(3);
  options.init.factors = "lora";
  const auto seen = seen_by(make_probe(AdaptersOptions{}), *model::make_model(options, *network(0), true, 2, kWide));
  ASSERT_EQ(seen.spectra.size(), network(0)->hidden().size());
  EXPECT_EQ(seen.spectra.front().second, std::vector<double>(3, 0.0));
  for (const auto& [name, value] : metrics(seen)) EXPECT_EQ(value, 0) << name;
  EXPECT_TRUE(seen_by(make_probe(AdaptersOptions{}), *network(0)).spectra.empty()) << "a dense network has none";
}

TEST(Coordinates, AreRootMeanSquaresAndOperatorNorms) {
  const auto rms = [](const at::Tensor& value) { return std::sqrt(value.square().mean().item<double>()); };
  for (const auto& made : {network(0), network(3), fine_tuned()}) {
    const auto probe = make_probe(CoordinatesOptions{});
    torch::manual_seed(9);
    const auto tokens = at::randint(11, {2, 6}, at::kInt);
    const at::NoGradGuard no_grad;
    probe->take(tokens);
    std::vector<at::Tensor> before;
    for (const auto& hidden : made->hidden()) before.push_back(hidden.layer->product().clone());
    EXPECT_EQ(metrics(probe->observe(*made)).count("update_rms.layer0_query"), 0u) << "nothing has moved yet";
    probe->before_step(*made);
    for (auto& parameter : made->parameters()) parameter.add_(at::randn_like(parameter), 0.01);
    const auto seen = metrics(probe->observe(*made));
    EXPECT_NEAR(seen.at("activation_rms.logits"), rms(made->forward(tokens)), 1e-12);
    std::map<std::string, at::Tensor> parts;
    made->forward(tokens, [&](const std::string& place, const at::Tensor& value) { parts[place] = value; });
    ASSERT_EQ(parts.size(), 7u) << "attention, MLP and stream of two layers, and the logits";
    for (const auto& [place, value] : parts) EXPECT_NEAR(seen.at("activation_rms." + place), rms(value), 1e-12) << place;
    // x <- (1 - a) x + a f: what each layer adds is what was seen of it.
    const double a = 1.0 / 4;
    const auto middle = (parts.at("layer1_stream") - a * parts.at("layer1_mlp")) / (1 - a);
    EXPECT_LT((middle - ((1 - a) * parts.at("layer0_stream") + a * parts.at("layer1_attention"))).abs().max().item<double>(), 1e-12);
    for (std::size_t i = 0; i < before.size(); ++i) {
      const auto& hidden = made->hidden()[i];
      const auto update = hidden.layer->product() - before[i];
      EXPECT_NEAR(seen.at("update_rms." + hidden.name), rms(update), 1e-12);
      const double shape = std::sqrt(static_cast<double>(hidden.fan_in) / static_cast<double>(hidden.fan_out));
      EXPECT_NEAR(seen.at("update_operator_norm." + hidden.name), at::linalg_svdvals(update)[0].item<double>() * shape, 1e-10);
      const auto trained = hidden.layer->trained();
      const auto* factors = std::get_if<model::Factors>(&trained);
      EXPECT_EQ(seen.count("factor_rms_A." + hidden.name), factors ? 1u : 0u);
      if (factors != nullptr) { EXPECT_NEAR(seen.at("factor_rms_B." + hidden.name), rms(factors->B), 1e-12); }
    }
  }
}

TEST(Probes, AreThoseThatTheOptionsHave) {
  EXPECT_TRUE(make_probes({}).empty());
  ProbeOptions options;
  options.updates = UpdatesOptions{};
  options.factors = FactorsOptions{5};
  const auto probes = make_probes(options);
  ASSERT_EQ(probes.size(), 2u);
  const auto& every_five = probes[1];
  for (const std::int64_t step : {0, 5, 10, 12}) EXPECT_TRUE(every_five->due(step, 12)) << step;
  for (const std::int64_t step : {1, 4, 11}) EXPECT_FALSE(every_five->due(step, 12)) << step;
}

}  // namespace
}  // namespace steepest::probe
