// cost_test.cpp: what cells cost, against numbers counted by hand.
#include "results/cost.h"

#include <cmath>

#include "options/json.h"
#include "results/made_study.h"
#include "run/run.h"

namespace steepest::results {
namespace {

class Cost : public MadeStudy {
 protected:
  CostRow of(std::int64_t rank, const char* optimizer) {
    run::TrainingRun run;
    auto& model = std::get<model::TransformerOptions>(run.model);
    model.rank = rank;
    run.data.vocabulary = 65;
    if (std::string(optimizer) == "muon") run.optimizer = optim::MuonOptions{};
    add(run::to_json(run::AnyRun(run)), {{"model.rank", rank}, {"optimizer", optimizer}}, 0, store::RunStatus::queued, {});
    study_loaded_ = load();
    return cost(study_loaded_, {}).rows.back();
  }
  Study study_loaded_;
};

// Per layer four matrices of 128 x 128 and two of 128 x 512: at rank 2 4 * 256 * 2 + 2 * 640 * 2 numbers of 4 * 128^2 + 2 * 128 * 512.
TEST_F(Cost, OfRankTwo) {
  const double hidden = 4608.0 / 196608.0;
  const auto row = of(2, "lora_muon");
  EXPECT_NEAR(row.parameters.hidden, 100 * hidden, 1e-9);
  EXPECT_NEAR(row.parameters.one_table.value(), 100 * (9216.0 + 8320) / (393216 + 8320), 1e-9);
  EXPECT_NEAR(row.parameters.total.value(), 100 * (9216.0 + 16640) / (393216 + 16640), 1e-9);
  EXPECT_NEAR(row.state_percent, 100 * hidden, 0.01) << "a moment a factor, and one number a pair";
  EXPECT_LT(row.update_percent, 5);
  EXPECT_LT(row.paper_percent, 100);
  EXPECT_GT(row.paper_percent, 10);
}

TEST_F(Cost, OfTheDenseNetworkIsAllOfIt) {
  const auto row = of(0, "muon");
  EXPECT_DOUBLE_EQ(row.parameters.hidden, 100);
  EXPECT_DOUBLE_EQ(row.state_percent, 100);
  EXPECT_DOUBLE_EQ(row.update_percent, 100);
  EXPECT_TRUE(std::isnan(row.paper_percent));
}

}  // namespace
}  // namespace steepest::results
