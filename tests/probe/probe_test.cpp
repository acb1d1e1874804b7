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
