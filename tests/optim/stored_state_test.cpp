// stored_state_test.cpp: a state that was saved when choices were text is loaded into enums, and training goes on from it.
#include <gtest/gtest.h>

#include "optim/factory.h"
#include "optim/lora_muon.h"
#include "optim/pair_problem.h"

namespace steepest::optim {
namespace {

using namespace testing;  // NOLINT: the tests' own helpers

at::Tensor waves(std::int64_t rows, std::int64_t columns, double frequency) {
  return (at::arange(1, rows * columns + 1, at::kDouble).view({rows, columns}) * frequency).sin();
}

struct Stored {
  std::vector<FactorPair> pairs;
  LoraMuon optimizer;

  Stored(std::vector<FactorPair> chosen, const LoraMuonOptions& options) : pairs(std::move(chosen)), optimizer(pairs, options, 0.5) {}

  void step(int t) {
    for (int i = 0; i < 2; ++i) {
      pairs[i].A.mutable_grad() = waves(4, 2, 3.0 + i + t);
      pairs[i].B.mutable_grad() = waves(3, 2, 5.0 + i + t);
    }
    optimizer.step();
  }
};

// data/lora_muon_words.pt: two pairs after two steps, saved with zero_factor=warmup, norm=nuclear, decay=factor, msign=polar_express and
// inverse_sqrt=qr by the code before 0.2.0. What its third step then made of the first B is below.
TEST(StoredState, OfTheTimeWhenChoicesWereText) {
  LoraMuonOptions options;
  options.learning_rate = 0.2;
  options.weight_decay = 0.25;
  options.zero_factor = ZeroFactor::warmup;
  options.warmup_steps = 5;
  options.norm = NormKind::nuclear;
  options.decay = DecayForm::factor;
  options.msign = MsignMethod::polar_express;
  options.inverse_sqrt = InverseSqrtMethod::qr;
  std::vector<FactorPair> start;
  for (int i = 0; i < 2; ++i) start.push_back({leaf(waves(4, 2, 1.0 + i)), leaf(waves(3, 2, 2.0 + i))});
  Stored straight(start, options);
  straight.step(0);
  straight.step(1);

  Stored loaded({copy(straight.pairs[0]), copy(straight.pairs[1])}, LoraMuonOptions{});
  torch::serialize::InputArchive archive;
  archive.load_from(std::string(STEEPEST_SOURCE_DIR) + "/tests/optim/data/lora_muon_words.pt");
  loaded.optimizer.load(archive);
  const auto& read = static_cast<const GroupOptions<LoraMuonOptions>&>(loaded.optimizer.param_groups()[0].options()).values;
  EXPECT_EQ(read.zero_factor, options.zero_factor);
  EXPECT_EQ(read.norm, options.norm);
  EXPECT_EQ(read.decay, options.decay);
  EXPECT_EQ(read.msign, options.msign);
  EXPECT_EQ(read.inverse_sqrt, options.inverse_sqrt);

  straight.step(2);
  loaded.step(2);
  const auto then = at::tensor({0.78964073084505115, -0.4926104143222525, -0.18964849746872522, 0.68818721024282492, -0.55145777323151368,
                                0.26459690186125195},
                               at::kDouble)
                        .view({3, 2});
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(loaded.pairs[i].A.equal(straight.pairs[i].A) && loaded.pairs[i].B.equal(straight.pairs[i].B));
  EXPECT_LT(relative_difference(loaded.pairs[0].B.detach(), then), 1e-12);
}

}  // namespace
}  // namespace steepest::optim
