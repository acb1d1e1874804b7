// composer_test.cpp: composition by Hydra's rules as users meet them. The full comparison with Hydra itself is in tests/oracle.
#include "hydra/composer.h"

#include <gmock/gmock.h>

#include "hydra/temporary_tree.h"

namespace steepest::hydra {
namespace {

using nlohmann::json;
using testing::EndsWith;
using testing::HasSubstr;

TemporaryTree sample() {
  return TemporaryTree(Files{{"config.yaml",
                              "defaults:\n  - db: mysql\n  - db@backup: sqlite\n  - _self_\nseed: 1\ntable: ${db.name}_${seed}\nlimits: "
                              "{low: 1, high: '${.low}'}\n"},
                             {"db/mysql.yaml", "name: mysql\nport: 3306\n"},
                             {"db/sqlite.yaml", "# a file\nname: sqlite\nfile: x.db\n"},
                             {"study/one.yaml", "title: one\n"}});
}

/// What a composition complains about.
options::InputError::Parts complaint(const Composer& composer, const std::vector<std::string>& overrides) {
  try {
    composer.compose(overrides);
  } catch (const options::InputError& error) { return error.parts(); }
  ADD_FAILURE() << "composed: " << testing::PrintToString(overrides);
  return {};
}

TEST(Composer, MergesGroupsOverridesAndInterpolations) {
  const TemporaryTree tree = sample();
  const Composed composed = Composer(tree.path()).compose(std::vector<std::string>{"db=sqlite", "seed=5", "+db.mode=wal"});
  EXPECT_EQ(composed.tree,
            json::parse(R"({"db": {"name": "sqlite", "file": "x.db", "mode": "wal"}, "backup": {"name": "sqlite", "file": "x.db"},
                                           "seed": 5, "table": "sqlite_5", "limits": {"low": 1, "high": 1}})"));
  EXPECT_EQ(composed.choices.at("db"), "sqlite");
  EXPECT_EQ(composed.choices.at("db@backup"), "sqlite");
}

TEST(Composer, AGroupFileMayBeAList) {
  const TemporaryTree tree(Files{{"config.yaml", "defaults:\n  - layers@model.adapted: attention\n  - _self_\nmodel: {rank: 2}\n"},
                                 {"layers/attention.yaml", "- query\n- value\n"},
                                 {"layers/all.yaml", "[query, key, value]\n"},
                                 {"layers/map.yaml", "a: 1\n"}});
  const Composer composer(tree.path());
  const auto adapted = [&](const std::vector<std::string>& overrides) {
    return composer.compose(overrides).tree.at("model").at("adapted");
  };
  EXPECT_EQ(adapted({}), (json{"query", "value"}));
  EXPECT_EQ(adapted({"layers@model.adapted=all"}), (json{"query", "key", "value"}));
  EXPECT_EQ(adapted({"model.adapted.0=z"}), (json{"z", "value"}));
  EXPECT_EQ(composer.compose(std::vector<std::string>{"+layers=[attention,all]"}).tree.at("layers"), (json{"query", "key", "value"}))
      << "a later list replaces it whole";
  EXPECT_EQ(composer.compose(std::vector<std::string>{}).source("model.adapted.1").line, 2);
  const auto root = complaint(composer, {"+layers@_global_=all"});
  EXPECT_THAT(root.problem, HasSubstr("a list cannot stand at the root"));
  EXPECT_THAT(root.file, EndsWith("layers/all.yaml"));
  EXPECT_THAT(complaint(composer, {"+layers=[map,all]"}).problem, HasSubstr("a list cannot replace the section"));
}

TEST(Composer, IsTheSameWhateverItComposedBefore) {
  const TemporaryTree tree = sample();
  const Composer composer(tree.path());
  const std::vector<std::vector<std::string>> all = {{},
                                                     {"db=sqlite"},
                                                     {"db.name=x"},
                                                     {"~db"},
                                                     {"+db@third=mysql"},
                                                     {"db=sqlite", "db.file=y", "+new=1"},
                                                     {"~limits"},
                                                     {"db@backup=mysql"},
                                                     {"db=sqlite", "db@backup=mysql"},
                                                     {"+db=[mysql,sqlite]"},
                                                     {"db=none"},
                                                     {"~db=3"}};
  const auto result = [](const Composer& from, const std::vector<std::string>& overrides) -> json {
    try {
      const Composed composed = from.compose(overrides);
      return {{"tree", composed.tree}, {"choices", composed.choices}, {"place", composed.source("db.name").file}};
    } catch (const options::InputError& error) { return error.what(); }
  };
  for (int round = 0; round < 2; ++round) {
    for (const auto& overrides : all) {
      EXPECT_EQ(result(composer, overrides), result(Composer(tree.path()), overrides)) << testing::PrintToString(overrides);
    }
  }
}

TEST(Composer, KnowsWhereEveryValueWasWritten) {
  const TemporaryTree tree = sample();
  const Composed composed = Composer(tree.path()).compose(std::vector<std::string>{"seed=5"});
  EXPECT_THAT(composed.source("db.port").file, EndsWith("db/mysql.yaml"));
  EXPECT_EQ(composed.source("db.port").line, 2);
  EXPECT_THAT(composed.source("backup.file").file, EndsWith("db/sqlite.yaml"));
  EXPECT_EQ(composed.source("backup.file").line, 3);
  EXPECT_EQ(composed.source("seed").file, "command line");
  EXPECT_EQ(composed.source("table").line, 6);
  EXPECT_EQ(composed.source("limits.high").line, 7);
  EXPECT_EQ(composed.source("limits.high").column, 18);
  EXPECT_EQ(composed.source("db.port.deeper.still").line, 2);
  EXPECT_EQ(composed.source("nowhere").file, "");
  EXPECT_TRUE(composed.states("db.port"));
  EXPECT_FALSE(composed.states("db.port.deeper.still"));
  EXPECT_FALSE(composed.states("nowhere"));
  const auto located = composed.locate(options::InputError({"db.port", "too low", "", "", "", 0}));
  EXPECT_THAT(located.what(), HasSubstr("db/mysql.yaml:2:1: db.port: too low"));
}

TEST(Composer, OverridesOfAStudyFileKeepTheirPlace) {
  const TemporaryTree tree = sample();
  const Composer composer(tree.path());
  EXPECT_EQ(composer.compose(parse_overrides({"seed=2"}, {"study.yaml", 9, 5})).source("seed").column, 5);
  try {
    composer.compose(parse_overrides({"sed=2"}, {"study.yaml", 9, 5}));
    FAIL();
  } catch (const options::InputError& error) {
    EXPECT_EQ(error.parts().file, "study.yaml");
    EXPECT_EQ(error.parts().line, 9);
    EXPECT_EQ(error.parts().column, 5);
  }
}

TEST(Composer, NamesTheNearestKeyGroupAndOption) {
  const TemporaryTree tree = sample();
  const Composer composer(tree.path());
  EXPECT_EQ(complaint(composer, {"sede=1"}).nearest, "seed");
  EXPECT_EQ(complaint(composer, {"limits.hihg=1"}).nearest, "high");
  EXPECT_EQ(complaint(composer, {"db=sqllite"}).nearest, "sqlite");
  EXPECT_THAT(complaint(composer, {"db=oracle"}).valid, HasSubstr("mysql, sqlite"));
  EXPECT_THAT(complaint(composer, {"db@bakup=mysql"}).valid, HasSubstr("db@backup"));
  EXPECT_EQ(complaint(composer, {"table=${db.nmae}"}).nearest, "name");
  EXPECT_EQ(complaint(composer, {"db=mysql,sqlite"}).file, "command line");
}

TEST(Composer, ACycleIsAnErrorAtItsPlace) {
  const TemporaryTree tree(Files{{"config.yaml", "a: 1\nb: ${c}\nc: ${b}\n"}});
  const auto parts = complaint(Composer(tree.path()), {});
  EXPECT_THAT(parts.problem, HasSubstr("circle"));
  EXPECT_GE(parts.line, 2);
  EXPECT_EQ(parts.column, 1);
}

TEST(Composer, ADuplicateKeyNamesBothLines) {
  const TemporaryTree tree(Files{{"config.yaml", "a: 1\nb: 2\n\na: 3\n"}});
  const auto parts = complaint(Composer(tree.path()), {});
  EXPECT_EQ(parts.line, 4);
  EXPECT_EQ(parts.key, "a");
  EXPECT_THAT(parts.problem, HasSubstr("line 1"));
}

TEST(Composer, AValueThatIsStillMissingIsNamed) {
  const TemporaryTree tree(Files{{"config.yaml", "a:\n  b: ???\n"}});
  const auto parts = complaint(Composer(tree.path()), {});
  EXPECT_EQ(parts.key, "a.b");
  EXPECT_EQ(parts.line, 2);
  EXPECT_EQ(parts.column, 3);
  EXPECT_EQ(Composer(tree.path()).compose(std::vector<std::string>{"a.b=1"}).tree.at("a").at("b"), 1);
}

TEST(Composer, HostileFilesEndInAnErrorNotInACrash) {
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) laughs += "*a" + std::to_string(i - 1) + (k < 9 ? ", " : "]\n");
  }
  std::string doubling = "b0: {x: 1, y: 2}\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = std::to_string(i - 1);
    doubling += "b" + std::to_string(i) + ": {x: '${b" + before + "}', y: '${b" + before + "}'}\n";
  }
  for (const std::string& text :
       {laughs, doubling, std::string("a: &a [*a]\n"), "a: " + std::string(500, '[') + std::string(500, ']'), std::string("a: \"\\xZZ\"\n"),
        std::string("a: ${") + std::string(500, '$') + "}\n",
        "a: " +
            [] {
              std::string nested;
              for (int i = 0; i < 300; ++i) nested += "${";
              return nested;
            }() +
            "\n",
        std::string("a: !!python/object:os.system x\n"), std::string("? [a, b]\n: c\n"), std::string(",2a"), std::string("]")}) {
    const TemporaryTree tree(Files{{"config.yaml", text}});
    EXPECT_THROW(Composer(tree.path()).compose(std::vector<std::string>{}), options::InputError) << text.substr(0, 60);
  }
}

TEST(Composer, TextThatIsNotUtf8IsRefused) {
  const TemporaryTree tree = sample();
  EXPECT_EQ(complaint(Composer(tree.path()), {"table='\xff'"}).key, "table");
  EXPECT_EQ(Composer(tree.path()).compose(std::vector<std::string>{"table='\xc3\xa4'"}).tree.at("table"), "\xc3\xa4");
}

TEST(Composer, ListsGroupsAndOptions) {
  const TemporaryTree tree = sample();
  const Composer composer(tree.path(), {"study", "claims"});
  EXPECT_EQ(composer.groups(), std::vector<std::string>{"db"});
  EXPECT_EQ(composer.options("db"), (std::vector<std::string>{"mysql", "sqlite"}));
  EXPECT_TRUE(composer.options("none").empty());
}

TEST(Composer, AMissingFolderOrRootFileIsTold) {
  EXPECT_THROW(Composer("/nonexistent/steepest"), options::InputError);
  const TemporaryTree tree(Files{{"other.yaml", "a: 1\n"}});
  EXPECT_THAT(complaint(Composer(tree.path()), {}).file, EndsWith("config.yaml"));
}

}  // namespace
}  // namespace steepest::hydra
