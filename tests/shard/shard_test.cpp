// shard_test.cpp: which runs are a shard's, and plans as text.
#include "shard/shard.h"

#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <sstream>

#include "exchange/support.h"
#include "options/error.h"
#include "shard/plan_file.h"

namespace steepest::shard {
namespace {

using exchange::testing::Folder;
using exchange::testing::generated_run;
using testing::HasSubstr;

study::Study study_of(int runs) {
  study::Study study{"text", "A title", "quick", {{"title", "A title"}}, {}, true};
  for (int number = 0; number < runs; ++number) {
    const auto made = exchange::testing::generated_run(number * 3 + 1);  // of today's numerics
    study.runs.push_back({made.config,
                          {{"model.rank", number}},
                          made.seed,
                          made.identity,
                          made.flops,
                          made.family,
                          made.numerics,
                          made.observes.get<run::Observations>()});
  }
  return study;
}

std::string message(const std::function<void()>& body) {
  try {
    body();
  } catch (const options::InputError& error) { return error.what(); }
  return "nothing was thrown";
}

TEST(Shard, EveryRunIsOfOneShardAndKeepsItsPlace) {
  const auto study = study_of(40);
  for (const int count : {1, 2, 7, 64}) {
    std::set<std::int64_t> places;
    for (int index = 1; index <= count; ++index) {
      const auto own = part(study, {index, count});
      EXPECT_EQ(own.whole, count == 1);
      for (const auto& run : own.runs) {
        EXPECT_TRUE(places.insert(*run.ordinal).second) << "in two shards";
        EXPECT_EQ(study.runs[static_cast<std::size_t>(*run.ordinal)].identity, run.identity);
      }
    }
    EXPECT_EQ(places.size(), 40u);
  }
}

TEST(Shard, IsFixedForAllTime) {
  std::string shards;
  for (const char* identity : {"a", "b", "c", "d"}) {
    for (int index = 1; index <= 8; ++index) shards += holds({index, 8}, identity) ? std::to_string(index) : "";
  }
  EXPECT_EQ(shards, "5571") << "jobs that run while the program is replaced must agree";
}

TEST(Shard, WhatIsNoneIsToldWithWhatIsValid) {
  EXPECT_EQ(shard_of("--shard", "3/8").text(), "3/8");
  EXPECT_THAT(message([] { shard_of("--shard", "9/8"); }), HasSubstr("--shard: found \"9/8\"; valid: 1/8 to 8/8"));
  for (const char* wrong : {"", "3", "/", "3/", "/8", "0/0", "3/8/2", "a/b", "3/8 ", "-1/-1", "3/99999999999"})
    EXPECT_THAT(message([&] { shard_of("--shard", wrong); }), HasSubstr("I/N with 1 <= I <= N")) << wrong;
}

TEST(PlanFile, GivesBackWhatWasPlanned) {
  const Folder folder;
  const auto study = part(study_of(5), {});
  write_plan(folder / "x.plan", study);
  const auto read = read_plan(folder / "x.plan");
  EXPECT_EQ(read.name, study.name);
  EXPECT_EQ(read.title, study.title);
  EXPECT_EQ(read.scale, study.scale);
  EXPECT_EQ(read.definition, study.definition);
  EXPECT_EQ(read.whole, study.whole);
  ASSERT_EQ(read.runs.size(), study.runs.size());
  for (std::size_t i = 0; i < read.runs.size(); ++i) {
    EXPECT_EQ(read.runs[i].identity, study.runs[i].identity);
    EXPECT_EQ(read.runs[i].config, study.runs[i].config);
    EXPECT_EQ(read.runs[i].cell, study.runs[i].cell);
    EXPECT_EQ(read.runs[i].seed, study.runs[i].seed);
    EXPECT_EQ(read.runs[i].family, study.runs[i].family);
    EXPECT_EQ(read.runs[i].flops, study.runs[i].flops);
    EXPECT_EQ(read.runs[i].numerics, study.runs[i].numerics);
    EXPECT_EQ(read.runs[i].observations, study.runs[i].observations);
    EXPECT_EQ(read.runs[i].ordinal, study.runs[i].ordinal);
  }
}

TEST(PlanFile, ThatWasEditedOrCutIsRefused) {
  const Folder folder;
  write_plan(folder / "x.plan", study_of(3));
  std::stringstream text;
  text << std::ifstream(folder / "x.plan").rdbuf();
  for (std::size_t length = 0; length + 1 < text.str().size(); length += 97) {
    std::ofstream(folder / "y.plan") << text.str().substr(0, length);
    EXPECT_THAT(message([&] { read_plan(folder / "y.plan"); }), HasSubstr("edited or cut")) << length;
  }
  std::string other = text.str();
  other[other.find("\"seed\":") + 7] ^= 1;
  std::ofstream(folder / "y.plan") << other;
  EXPECT_THAT(message([&] { read_plan(folder / "y.plan"); }), HasSubstr("edited or cut"));
  EXPECT_THAT(message([&] { read_plan(folder / "none.plan"); }), HasSubstr("there is no readable plan"));
}

TEST(PlanFile, OfAnotherProgramsNumericsIsRefused) {
  const Folder folder;
  auto study = study_of(1);
  study.runs[0].numerics["sgd"] = 99;
  write_plan(folder / "x.plan", study);
  EXPECT_THAT(message([&] { read_plan(folder / "x.plan"); }), HasSubstr("install one steepest where every machine sees it"));
}

}  // namespace
}  // namespace steepest::shard
