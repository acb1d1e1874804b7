// command_line_test.cpp: help, completion, configuration and doctor.
#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>

#include "e2e/support.h"

namespace steepest::e2e {
namespace {

class CommandLine : public Programs {};

TEST_F(CommandLine, EverySubcommandHasHelpWithAnExample) {
  for (const char* name : {"run", "init", "plan", "config", "status", "query", "report", "compare", "stats", "export", "import", "merge",
                           "delete", "optimizers", "doctor", "completion", "serve", "watch", "tune"}) {
    const auto help = steepest({name, "--help"});
    EXPECT_EQ(help.state.status, 0) << name;
    EXPECT_THAT(help.output, HasSubstr("Example")) << name;
    EXPECT_THAT(help.output, HasSubstr(std::string("steepest ") + name)) << name;
  }
  EXPECT_THAT(steepest({"--help"}).output, HasSubstr("doctor"));
  EXPECT_THAT(steepest({"--version"}).output, testing::MatchesRegex("steepest [0-9.]+\n"));
}

TEST_F(CommandLine, TheProgramDoesNotLinkLibTorch) {
  const auto libraries = sweep::ask_program("/usr/bin/ldd", {program().string()});
  if (!libraries.state.clean()) GTEST_SKIP() << "no ldd";
  EXPECT_THAT(libraries.output, HasSubstr("libsqlite3"));
  EXPECT_THAT(libraries.output, Not(HasSubstr("torch")));
}

TEST_F(CommandLine, GlobalOptionsStandBeforeOrAfterTheSubcommand) {
  ASSERT_EQ(steepest({"run", "rank_transfer", "--scale", "smoke"}).state.status, 0);
  const auto before = sweep::ask_program(program(), {"--database", database().string(), "status"});
  const auto after = sweep::ask_program(program(), {"status", "--database", database().string()});
  EXPECT_EQ(before.state.status, 0);
  EXPECT_EQ(before.output, after.output);
  EXPECT_THAT(after.output, HasSubstr("rank_transfer"));
}

TEST_F(CommandLine, OutputIsPlainWithoutATerminalAndAsciiWithoutUtf8) {
  ASSERT_EQ(steepest({"run", "rank_transfer", "--scale", "smoke"}).state.status, 0);
  EXPECT_THAT(steepest({"status"}).output, Not(HasSubstr("\x1b")));
  EXPECT_THAT(steepest({"status"}).output, HasSubstr("│"));
  setenv("LC_ALL", "C", 1);
  for (const Words& words : {Words{"status"}, Words{"report", "rank_transfer"}, Words{"doctor"}}) {
    for (const unsigned char byte : steepest(words).output) ASSERT_LT(byte, 0x80) << words[0];
  }
}

TEST_F(CommandLine, ConfigPrintsYamlThatReadsBackAsTheRun) {
  const Words overrides = tiny({"training.steps=1", "seed=3", "optimizer.weight_decay=0.02"});
  const auto printed = steepest(words("config", overrides));
  ASSERT_EQ(printed.state.status, 0) << printed.errors;
  ASSERT_EQ(steepest(words("run", overrides)).state.status, 0);
  const auto stored = nlohmann::json::parse(value("SELECT config FROM run"));
  const YAML::Node read = YAML::Load(printed.output);
  std::size_t leaves = 0;
  const std::function<void(const YAML::Node&, const nlohmann::json&, const std::string&)> compare =
      [&](const YAML::Node& node, const nlohmann::json& value, const std::string& key) {
        if (value.is_object()) {
          EXPECT_EQ(node.size(), value.size()) << key;
          for (const auto& [name, item] : value.items()) compare(node[name], item, key + "." + name);
        } else if (value.is_number()) {
          EXPECT_EQ(node.as<double>(), value.get<double>()) << key;
          ++leaves;
        } else if (value.is_string()) {
          EXPECT_EQ(node.as<std::string>(), value.get<std::string>()) << key;
          ++leaves;
        }
      };
  compare(read, stored, "");
  EXPECT_GT(leaves, 30u);
}

TEST_F(CommandLine, ConfigTellsWhereValuesComeFromAndWhatThereIs) {
  const auto sources = steepest({"config", "model.rank=8", "--sources"}).output;
  EXPECT_THAT(sources, HasSubstr("rank: 8  # command line"));
  EXPECT_THAT(sources, testing::ContainsRegex("heads: 4  # .*model/transformer.yaml:[0-9]+"));
  EXPECT_THAT(steepest({"config", "--groups"}).output, HasSubstr("lora_muon"));
  const auto schema = nlohmann::json::parse(steepest({"config", "--schema", "--format", "json"}).output);
  EXPECT_GT(schema.size(), 40u);
  for (const auto& row : schema) EXPECT_NE(row.at("help"), "") << row.at("key");
}

TEST_F(CommandLine, OptimizersAreComparedAtAGivenShape) {
  const auto at = [&](const std::string& out) {
    return nlohmann::json::parse(steepest({"optimizers", "--out", out, "--in", "64", "--rank", "4", "--format", "json"}).output);
  };
  const auto small = at("64"), large = at("128");
  ASSERT_EQ(small.size(), 14u);  // thirteen optimizers of pairs, and the dense weight
  for (std::size_t i = 0; i < small.size(); ++i) {
    EXPECT_EQ(small[i].at("optimizer"), large[i].at("optimizer"));
    EXPECT_LE(small[i].at("state_bytes").get<double>(), large[i].at("state_bytes").get<double>());
    EXPECT_LE(small[i].at("flops").get<double>(), large[i].at("flops").get<double>());
    EXPECT_NE(small[i].at("invariance"), "") << small[i].at("optimizer");
  }
  EXPECT_EQ(small[0].at("optimizer"), "lora_muon");
  EXPECT_EQ(small[0].at("invariance"), "GL(r)");
  EXPECT_EQ(small[0].at("state_bytes"), (64 + 64) * 4 * 4 + 4);  // (m + n) r numbers of 4 bytes, and whether the pair is damped
  EXPECT_THAT(steepest({"optimizers"}).output, HasSubstr("of dense Muon's"));
  EXPECT_THAT(steepest({"optimizers", "spectron"}).output, HasSubstr("power_steps"));
}

TEST_F(CommandLine, AKeyIsExplainedWithItsValueAndWhereItComesFrom) {
  const auto rank = steepest({"config", "--explain", "model.rank", "model.rank=4"});
  EXPECT_EQ(rank.state.status, 0) << rank.errors;
  EXPECT_THAT(rank.output, HasSubstr("model.rank: 4, from command line"));
  EXPECT_THAT(rank.output, HasSubstr("or dense"));
  EXPECT_THAT(steepest({"config", "--explain", "optimizer.learning_rate"}).output,
              testing::ContainsRegex("0.1, from .*lora_muon.yaml:[0-9]+"));
  EXPECT_THAT(steepest({"config", "--explain", "schedule"}).output, HasSubstr("schedule.final_fraction"));
  const auto wrong = steepest({"config", "--explain", "model.ranc"});
  EXPECT_EQ(wrong.state.status, 2);
  EXPECT_THAT(wrong.errors, HasSubstr("did you mean \"model.rank\"?"));
}

TEST_F(CommandLine, AFlowIsComposedFromARootOfItsOwn) {
  const auto flow = steepest({"config", "--config-name", "flow", "flow.smoothing_squared=0.5"});
  EXPECT_EQ(flow.state.status, 0) << flow.errors;
  EXPECT_THAT(flow.output, HasSubstr("smoothing_squared: 0.5"));
  EXPECT_THAT(flow.output, Not(HasSubstr("model")));
}

TEST_F(CommandLine, CompletesStudiesGroupsKeysAndOptions) {
  const auto complete = [&](Words words) {
    words.insert(words.begin(),
                 {"__complete", "--experiments", std::string(STEEPEST_SOURCE_DIR) + "/experiments", "--database", database().string()});
    return sweep::ask_program(program(), words).output;
  };
  EXPECT_EQ(complete({"rep"}), "report\n");
  EXPECT_THAT(complete({"run", "rank_t"}), HasSubstr("rank_transfer\n"));
  EXPECT_EQ(complete({"run", "--sc"}), "--scale\n");
  EXPECT_EQ(complete({"run", "--scale", "sm"}), "smoke\n");
  EXPECT_EQ(complete({"plan", "--format", "c"}), "csv\n");
  EXPECT_THAT(complete({"run", "optimizer="}), HasSubstr("optimizer=muon\n"));
  EXPECT_THAT(complete({"config", "model.ra"}), HasSubstr("model.rank=\n"));
  EXPECT_THAT(complete({"completion", ""}), HasSubstr("fish\n"));
  EXPECT_EQ(complete({"optimizers", "specg"}), "specgd\n");
  EXPECT_EQ(complete({"query", "best"}), "best_rate\n");
  EXPECT_EQ(complete({"nonsense", "no"}), "") << "half a command line is no mistake";
}

TEST_F(CommandLine, QueryListsTheSavedViewsAndNamesTheNearest) {
  const auto list = steepest({"query"});
  EXPECT_EQ(list.state.status, 0) << list.errors;
  for (const char* view : {"best_rate", "seeds", "curves", "spectra", "failures", "machines", "run_summary"})
    EXPECT_THAT(list.output, HasSubstr(view));
  { store::testing::WholeFile empty(database()); }
  EXPECT_THAT(steepest({"query", "best_rate"}).output, HasSubstr("at_edge"));
  const auto wrong = steepest({"query", "best_rat"});
  EXPECT_EQ(wrong.state.status, 2);
  EXPECT_THAT(wrong.errors, HasSubstr("did you mean \"best_rate\"?"));
  EXPECT_THAT(steepest({"query", "seeds", "--limit", "few"}).errors, HasSubstr("--limit: found \"few\""));
  EXPECT_THAT(steepest({"query", "select 1", "--run", "7"}).errors, HasSubstr("saved view"));
}

TEST_F(CommandLine, StatsComparesCellsAndKeepsWhatItComputed) {
  store_small_study(database());
  const auto first = steepest({"stats", "small", "--against", "x=0", "--format", "json"});
  ASSERT_EQ(first.state.status, 0) << first.errors;
  const auto rows = nlohmann::json::parse(first.output).at("rows");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].at("n"), 2);
  EXPECT_EQ(rows[1].at("difference"), 2.0);
  EXPECT_EQ(rows[1].at("probability"), 0.0);
  EXPECT_TRUE(rows[0].at("difference").is_null()) << "the baseline";
  EXPECT_EQ(value("SELECT count(*) FROM statistic"), "3");
  const auto computed = value("SELECT max(computed_at) FROM statistic");
  EXPECT_EQ(steepest({"stats", "small", "--against", "x=0", "--format", "json"}).output, first.output);
  EXPECT_EQ(value("SELECT max(computed_at) FROM statistic"), computed);
  EXPECT_THAT(steepest({"stats", "small"}).output, HasSubstr("the smallest n is 2"));
  EXPECT_THAT(steepest({"stats", "smal"}).errors, HasSubstr("did you mean \"small\"?"));
  const auto wrong = steepest({"stats", "small", "--metric", "validation_los"});
  EXPECT_EQ(wrong.state.status, 2);
  EXPECT_THAT(wrong.errors, HasSubstr("did you mean \"validation_loss\"?"));
  EXPECT_THAT(steepest({"stats", "small", "--against", "y=0"}).errors, HasSubstr("valid: x"));
}

TEST_F(CommandLine, AShiftIsOneNumberWhereverItIsShown) {
  {
    store::testing::WholeFile file(database());
    const auto study =
        file.planner.put_study("shifts", "", {{"report", {{"kind", "paired_shift"}, {"row", "x"}, {"shift", "c"}, {"baseline", 1.0}}}});
    const double differences[] = {0.0625, -0.0625, 0.25, 0.375, -0.1875, 0.5};  // so many that the interval tells the bootstrap's seed
    for (int i = 0; i < 12; ++i) {
      const int c = i < 6 ? 1 : 9, seed = i % 6;
      const auto run = file.planner.put_run({"abcdef" + std::to_string(10 + i), {{"c", c}, {"seed", seed}}, seed, 1, 1e9});
      file.planner.tie(study, run, "quick", {{"c", c}, {"x", 0}}, i);
      store::testing::claim(file, study, "quick", "me", 60);
      file.recorder.record(run, "me", {{"validation_loss", 10, 1.0 + 0.5 * seed + (c == 9 ? differences[seed] : 0)}});
      file.queue.finish(run, "me", {store::RunStatus::completed, 10, 1.0, "hash", ""});
    }
  }
  const auto document = [&](const Words& words) { return nlohmann::json::parse(steepest(words).output); };
  const auto report = document({"report", "shifts", "--format", "json"}),
             stats = document({"stats", "shifts", "--against", "c=1", "--format", "json"});
  const auto &row = report.at("rows").at(0), &cell = stats.at("rows").at(1), &drawn = report.at("statistic").at("rows").at(0);
  EXPECT_DOUBLE_EQ(row.at("shift").get<double>(), 0.9375 / 6);
  EXPECT_EQ(cell.at("difference"), row.at("shift"));
  EXPECT_EQ(cell.at("difference_low"), row.at("low"));
  EXPECT_EQ(cell.at("difference_high"), row.at("high"));
  EXPECT_EQ(stats.at("statistic").at("rows").at(1).at("difference"), drawn.at("shift"))
      << "what a figure draws, with method, seed and runs";
  EXPECT_EQ(drawn.at("shift").at("low"), row.at("low"));
  const auto stored = document({"query", "SELECT mean, low, high, bootstrap_seed FROM statistic WHERE baseline <> ''", "--format", "json"});
  ASSERT_EQ(stored.size(), 1u);
  EXPECT_EQ(stored.at(0).at("mean").dump(), drawn.at("shift").at("mean").dump());
  EXPECT_EQ(stored.at(0).at("low").dump(), drawn.at("shift").at("low").dump());
  EXPECT_EQ(stored.at(0).at("high").dump(), drawn.at("shift").at("high").dump());
  const auto compared = document({"compare", "1", "7", "--format", "json"}).at("rows");
  EXPECT_EQ(compared.back().at("difference"), drawn.at("values").at(0)) << "two runs at one seed are one of its pairs";
}

TEST_F(CommandLine, CompareNamesWhatDiffersAndWhetherTheBitsAreEqual) {
  store_small_study(database());
  const auto compared = steepest({"compare", "1", "abcdef03"});
  ASSERT_EQ(compared.state.status, 0) << compared.errors;
  EXPECT_THAT(compared.output, HasSubstr("configuration"));
  EXPECT_THAT(compared.output, HasSubstr("same bits"));
  EXPECT_EQ(steepest({"compare", "1", "9"}).state.status, 2);
  EXPECT_THAT(steepest({"compare", "1", "9"}).errors, HasSubstr("an id from 1 to 4"));
  EXPECT_THAT(steepest({"compare", "1"}).errors, HasSubstr("two runs"));
}

TEST_F(CommandLine, CompletionWorksInBash) {
  const std::string script = "source <(" + program().string() +
                             " completion bash)\n"
                             "COMP_LINE='" +
                             program().string() + " completion z'; COMP_POINT=${#COMP_LINE}; _steepest; echo ${COMPREPLY[@]}\n";
  const auto answer = sweep::ask_program("/bin/bash", {"-c", script});
  EXPECT_EQ(answer.output, "zsh\n") << answer.errors;
  for (const char* shell : {"zsh", "fish"}) EXPECT_THAT(steepest({"completion", shell}).output, HasSubstr("__complete"));
}

TEST_F(CommandLine, CompletionInBashKnowsNamesWithBlanks) {
  {
    store::testing::WholeFile file(database());
    file.planner.put_study("small training.steps=2", "", {});
  }
  const auto completed = [&](const std::string& typed) {
    const std::string script =
        "source <(" + program().string() +
        " completion bash)\nCOMP_LINE=\"$1\"; COMP_POINT=${#COMP_LINE}; _steepest; printf '%s\\n' \"${COMPREPLY[@]}\"\n";
    return sweep::ask_program("/bin/bash",
                              {"-c", script, "shell", program().string() + " --database " + database().string() + " report " + typed})
        .output;
  };
  EXPECT_EQ(completed("sma"), "small\\ training.steps=2\n") << "as the shell must read it";
  EXPECT_EQ(completed("small\\ tr"), "small\\ training.steps=2\n");
  EXPECT_EQ(completed("small\\ training.steps="), "2\n") << "readline breaks words at =";
}

TEST_F(CommandLine, DoctorTellsWhatIsThereAndWhatIsBroken) {
  std::ofstream(folder_ / "data" / "tinyshakespeare.txt") << "another text";
  const auto well = steepest({"doctor"});
  EXPECT_EQ(well.state.status, 0) << well.output;
  for (const char* subject : {"LibTorch", "BLAS", "SQLite", "experiments", "database", "disk", "Python"}) {
    EXPECT_THAT(well.output, HasSubstr(subject));
  }
  EXPECT_THAT(well.output, HasSubstr("warn  corpus tinyshakespeare")) << "it is another text here";
  setenv("STEEPEST_WORKER", "/bin/false", 1);
  const auto ill = steepest({"doctor"});
  EXPECT_EQ(ill.state.status, 1);
  EXPECT_THAT(ill.output, HasSubstr("fail  LibTorch"));
}

TEST_F(CommandLine, DoctorTellsTheDevicesThatLibTorchFound) {
  const auto told = [&](const std::string& probe) {
    const auto worker = folder_ / "worker";
    std::ofstream(worker) << "#!/bin/sh\necho '" << probe << "'\n";
    std::filesystem::permissions(worker, std::filesystem::perms::owner_all);
    setenv("STEEPEST_WORKER", worker.c_str(), 1);
    return steepest({"doctor"}).output;
  };
  EXPECT_THAT(told(R"({"devices": ["cpu", "cuda:0", "cuda:1"], "built_for_cuda": true})"), HasSubstr("cpu, cuda:0, cuda:1; "));
  EXPECT_THAT(told(R"({"devices": ["cpu"], "built_for_cuda": true})"), HasSubstr("NVIDIA device is here"));
}

// LibTorch's deterministic algorithms refuse cuBLAS without it, and it must be set before the first context is made.
TEST_F(CommandLine, AWorkerSetsTheWorkspaceWithWhichCublasRepeatsUnlessTheUserDid) {
  const auto workspace = [&] {
    return nlohmann::json::parse(sweep::ask_program(worker(), {"--probe"}).output).value("cublas_workspace", "");
  };
  unsetenv("CUBLAS_WORKSPACE_CONFIG");
  EXPECT_EQ(workspace(), ":4096:8");
  setenv("CUBLAS_WORKSPACE_CONFIG", ":16:8", 1);
  EXPECT_EQ(workspace(), ":16:8");
  unsetenv("CUBLAS_WORKSPACE_CONFIG");
}

}  // namespace
}  // namespace steepest::e2e
