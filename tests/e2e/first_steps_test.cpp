// first_steps_test.cpp: what greets who is new: `steepest` alone, `steepest init`, and the habits of Hydra's users.
#include <regex>

#include "e2e/support.h"
#include "study/study.h"

namespace steepest::e2e {
namespace {

namespace fs = std::filesystem;

/// With experiments of the test's own, into which studies may be written.
class FirstSteps : public Programs {
 protected:
  FirstSteps() { fs::copy(STEEPEST_SOURCE_DIR "/experiments", experiments(), fs::copy_options::recursive); }
  fs::path experiments() const { return folder_ / "experiments"; }
  sweep::Answer here(Words words) const {
    words.insert(words.end(), {"--database", database().string(), "--experiments", experiments().string()});
    return sweep::ask_program(program(), words, std::chrono::seconds(300));
  }
};

TEST_F(FirstSteps, AreShownByTheProgramAlone) {
  const auto answer = sweep::ask_program(program(), {});
  EXPECT_EQ(answer.state.status, 0);
  EXPECT_LE(std::count(answer.output.begin(), answer.output.end(), '\n'), 10) << "short";
  const std::regex command("steepest ([a-z]+) ");
  const auto help = sweep::ask_program(program(), {"--help"}).output;
  int commands = 0;
  for (auto at = std::sregex_iterator(answer.output.begin(), answer.output.end(), command); at != std::sregex_iterator(); ++at) {
    if ((*at)[1] == "runs") continue;  // what it does
    EXPECT_THAT(help, HasSubstr("\n  " + (*at)[1].str() + " ")) << "a subcommand that there is";
    ++commands;
  }
  EXPECT_GE(commands, 4);
}

TEST_F(FirstSteps, AStudyIsWrittenThatRunsAsItStands) {
  const auto written = here({"init", "mine"});
  ASSERT_EQ(written.state.status, 0) << written.errors;
  EXPECT_THAT(written.output, HasSubstr((experiments() / "study" / "mine.yaml").string()));
  EXPECT_THAT(written.output, HasSubstr("steepest run mine --scale smoke --database"));
  const auto composer = study::experiments(experiments());
  for (const char* scale : {"smoke", "quick", "paper"})
    EXPECT_GT(study::load_study(composer, "mine", scale, {"data=synthetic"}).runs.size(), 10u);
  const auto run = here({"run", "mine", "--scale", "smoke"});
  EXPECT_EQ(run.state.status, 0) << run.errors;
  const auto report = here({"report", "mine"});
  EXPECT_THAT(report.output, HasSubstr("Study mine"));
  EXPECT_THAT(report.output, Not(HasSubstr("NAME")));
}

TEST_F(FirstSteps, AStudyThatIsThereStaysAsItIs) {
  const auto before = fs::last_write_time(experiments() / "study" / "rank_transfer.yaml");
  const auto refused = here({"init", "rank_transfer"});
  EXPECT_EQ(refused.state.status, 2);
  EXPECT_THAT(refused.errors, HasSubstr("rank_transfer.yaml"));
  EXPECT_EQ(fs::last_write_time(experiments() / "study" / "rank_transfer.yaml"), before);
  fs::create_symlink("nowhere", experiments() / "study" / "led_away.yaml");
  EXPECT_EQ(here({"init", "led_away"}).state.status, 2);
  EXPECT_FALSE(fs::exists(experiments() / "study" / "nowhere"));
}

TEST_F(FirstSteps, ANameThatNoStudyCanHaveIsRefused) {
  for (const char* name : {"a b", "x=1", "../mine", "-x", "~x", "", "\xc3\xa4", ".hidden", "a.b"}) {
    const auto refused = here({"init", "--", name});
    EXPECT_EQ(refused.state.status, 2) << name;
    EXPECT_EQ(refused.output, "") << name;
  }
  EXPECT_EQ(here({"init", std::string(300, 'x')}).state.status, 2);
  EXPECT_THAT(here({"init"}).errors, HasSubstr("NAME is missing"));
}

TEST_F(FirstSteps, WhoeverKnowsHydraIsToldWhatServesHere) {
  const struct {
    Words words;
    const char* said;
  } cases[]{{{"run", "-m", "model.rank=2,8"}, "steepest run model.rank=2,8"},
            {{"run", "--multirun", "model.rank=2,8"}, "steepest run model.rank=2,8"},
            {{"--multirun", "model.rank=2,8"}, "steepest run model.rank=2,8"},
            {{"run", "--cfg", "job"}, "steepest config"},
            {{"run", "-c", "job"}, "steepest config"},
            {{"run", "--cfg=job"}, "steepest config"},
            {{"run", "-cn", "flow"}, "--config-name NAME"},
            {{"config", "-cp", "conf"}, "--experiments DIR"},
            {{"config", "--config-path", "conf"}, "--experiments DIR"},
            {{"run", "--info"}, "--sources"},
            {{"run", "rank_transfer", "hydra.run.dir=out"}, "--database PATH"},
            {{"plan", "rank_transfer", "+hydra.job.name=x"}, "--database PATH"},
            {{"config", "hydra/launcher=joblib"}, "--jobs N"}};
  for (const auto& [words, said] : cases) {
    const auto refused = here(words);
    EXPECT_EQ(refused.state.status, 2) << words[1];
    EXPECT_EQ(refused.output, "") << words[1];
    EXPECT_THAT(refused.errors, HasSubstr(said)) << words[1];
    EXPECT_THAT(refused.errors, HasSubstr("Hydra's")) << words[1];
    EXPECT_EQ(std::count(refused.errors.begin(), refused.errors.end(), '\n'), 1) << "one line";
  }
  EXPECT_THAT(here({"config", "hydrate=1"}).errors, Not(HasSubstr("Hydra's"))) << "a key of which the name only begins so";
}

}  // namespace
}  // namespace steepest::e2e
