// places_test.cpp: where a call finds its files, from which folder, and under which names.
#include "e2e/support.h"

namespace steepest::e2e {
namespace {

namespace fs = std::filesystem;

class Places : public Programs {
 protected:
  /// The program as it is, in this test's folder; `$steepest` is its path.
  sweep::Answer call(const std::string& script) const {
    return sweep::ask_program("/bin/bash", {"-c", "cd '" + folder_.string() + "'\nsteepest='" + program().string() + "'\n" + script},
                              std::chrono::seconds(300));
  }
  /// The project's experiments in this test's folder.
  fs::path experiments(const std::string& name = "experiments") const {
    fs::copy(STEEPEST_SOURCE_DIR "/experiments", folder_ / name, fs::copy_options::recursive | fs::copy_options::skip_existing);
    return folder_ / name;
  }
};

TEST_F(Places, TheRootThatIsNamedIsAllThatIsNeeded) {
  for (const char* name : {"experiments", "elsewhere"}) fs::rename(experiments(name) / "config.yaml", folder_ / name / "train.yaml");
  for (const char* options : {"--experiments elsewhere", ""}) {
    const auto composed = call(std::string("$steepest ") + options + " config --config-name train");
    EXPECT_EQ(composed.state.text(), "exit status 0") << composed.errors;
    EXPECT_THAT(composed.output, HasSubstr("vocabulary: 65"));
    EXPECT_EQ(call(std::string("$steepest ") + options + " plan --config-name train model.rank=2").state.text(), "exit status 0");
    EXPECT_EQ(call(std::string("$steepest ") + options + " plan specgf").state.text(), "exit status 0")
        << "a study that names its own root";
    const auto missing = call(std::string("$steepest ") + options + " config");
    EXPECT_EQ(missing.state.text(), "exit status 2");
    EXPECT_THAT(missing.errors, HasSubstr("config.yaml: there is no such root file; valid: --config-name with one of flow, train"));
  }
  EXPECT_THAT(call("$steepest config --config-name trian").errors, HasSubstr("there is no trian.yaml"));
  EXPECT_THAT(call("$steepest config --config-name trian").errors, HasSubstr("did you mean \"train\"?"));
  EXPECT_THAT(call("$steepest --experiments nowhere config").errors, HasSubstr("--experiments: there is no folder nowhere"));
}

TEST_F(Places, InADeletedFolderAbsolutePathsWork) {
  const std::string gone = "mkdir gone; cd gone; rmdir ../gone\n";
  const std::string absolute = "$steepest --experiments '" STEEPEST_SOURCE_DIR "/experiments' --database '" + database().string() + "' ";
  const auto run = call(gone + absolute + "run rank_transfer --scale smoke seed=0");
  EXPECT_EQ(run.state.text(), "exit status 0") << run.errors;
  for (const char* command : {"status", "report rank_transfer", "plan rank_transfer --scale smoke", "config", "export", "doctor"}) {
    const auto answer = call(gone + absolute + command);
    EXPECT_EQ(answer.state.text(), "exit status 0") << command << "\n" << answer.errors << answer.output;
  }
  for (const char* command :
       {"--database s.db status", "--experiments experiments config", "--database s.db export", "import runs.jsonl"}) {
    const auto answer = call(gone + "$steepest " + command);
    EXPECT_EQ(answer.state.text(), "exit status 2") << command << "\n" << answer.errors;
    EXPECT_THAT(answer.errors, testing::StartsWith("error: ")) << command;
    EXPECT_THAT(answer.errors, Not(HasSubstr("internal"))) << command;
  }
  EXPECT_THAT(call(gone + "$steepest --database s.db status").errors, HasSubstr("the current folder is not there any more"));
  // A copy apart from its project has no other folder to look at.
  const auto alone =
      call("cp $steepest alone; mkdir gone; cd gone; rmdir ../gone; ../alone status; '" + (folder_ / "alone").string() + "' status");
  EXPECT_EQ(alone.state.text(), "exit status 2");
  EXPECT_THAT(alone.errors, HasSubstr("error: the current folder is not there any more"));
  const std::string separate = "'" + (folder_ / "alone").string() + "' --experiments '" STEEPEST_SOURCE_DIR "/experiments' --database '" +
                               database().string() + "' ";
  EXPECT_EQ(
      call(gone + separate + "run model.rank=2 data=synthetic data.characters=20000 training.steps=2 training.context=16").state.text(),
      "exit status 0");
}

TEST_F(Places, APrintedCommandIsReadBackByTheShell) {
  const auto file = experiments() / "study" / "it's a `study` à 日本 $HOME.yaml";
  std::ofstream(file) << "extends: rank_transfer\n";
  for (const char* locale : {"C", "C.UTF-8"}) {
    setenv("LC_ALL", locale, 1);
    const auto run =
        call("mkdir -p 'ü b'; $steepest run --database 'ü b/é'\\''s.db' \"it's a \\`study\\` à 日本 \\$HOME\" --scale smoke seed=0");
    ASSERT_EQ(run.state.text(), "exit status 0") << run.errors;
    const std::string mark = "its table: steepest ";
    const auto at = run.errors.find(mark);
    ASSERT_NE(at, std::string::npos) << run.errors;
    const auto report = call("$steepest " + run.errors.substr(at + mark.size()));
    EXPECT_EQ(report.state.text(), "exit status 0") << run.errors << report.errors;
    EXPECT_THAT(report.output, HasSubstr("rank"));
  }
}

TEST_F(Places, AStudyThatNobodyCanNameIsToldApart) {
  const auto folder = experiments() / "study";
  std::ofstream(folder / "x=y.yaml") << "title: t\n";
  std::ofstream(folder / "empty.yaml");
  const auto refused = call("$steepest plan x=y");
  EXPECT_EQ(refused.state.text(), "exit status 2");
  EXPECT_THAT(refused.errors, HasSubstr("study/x=y.yaml: a study cannot be called \"x=y\""));
  EXPECT_THAT(call("$steepest plan").errors, Not(HasSubstr("x=y")));
  EXPECT_THAT(call("$steepest doctor").output, HasSubstr("study/x=y.yaml"));
  const auto empty = call("$steepest plan empty");
  EXPECT_EQ(empty.state.text(), "exit status 2");
  EXPECT_THAT(empty.errors, HasSubstr("study/empty.yaml:1:1: holds nothing"));
  EXPECT_THAT(call("$steepest plan optimizer=muon,lora_muon optimizer.nesterov=true").errors,
              HasSubstr("optimizer.nesterov: unknown key, with optimizer=lora_muon"));
}

}  // namespace
}  // namespace steepest::e2e
