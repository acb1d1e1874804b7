// inputs_test.cpp: a result stands for the text that it was made from, and a run goes on with no other.
#include "e2e/training.h"
#include "store/plans.h"

namespace steepest::e2e {
namespace {

class OwnText : public Training {
 protected:
  /// A text of few characters, another one for each name.
  void write(const std::string& name) {
    std::string text;
    for (int i = 0; i < 1000; ++i) text += name + static_cast<char>('a' + i * i % 7) + (i % 3 ? " " : "s ");
    std::ofstream(folder_ / "data" / "mine.txt") << text;
  }
  static Words own(Words more) {
    Words words{"data.file=mine.txt", "data.sha256=",     "model.width=16",     "model.heads=2",
                "model.rank=2",       "training.batch=4", "training.context=16"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  static constexpr const char* kCompleted = "SELECT count(*) FROM run WHERE status = 'completed'";
};

TEST_F(OwnText, AChangedOneIsAnotherRun) {
  const auto run = [&](const std::string& name) { return steepest(words("run", own({"training.steps=5"})), name); };
  write("one");
  ASSERT_EQ(run("s.db").state.status, 0);
  write("two");
  ASSERT_EQ(run("s.db").state.status, 0);
  EXPECT_EQ(value(kCompleted), "2");
  EXPECT_EQ(value("SELECT count(DISTINCT last_value) FROM metric_summary WHERE name = 'validation_loss'"), "2");
  EXPECT_EQ(value("SELECT count(DISTINCT value) FROM param WHERE key = 'data.sha256' AND length(value) = 64"), "2");
  EXPECT_EQ(value("SELECT count(*) FROM param WHERE key = 'data.vocabulary' AND value = '65'"), "0")
      << "it is the text's, not the group file's";
  write("one");
  EXPECT_THAT(run("s.db").errors, HasSubstr("nothing left to run"));
  EXPECT_EQ(value(kCompleted), "2");

  write("two");  // another machine's file of the same name
  ASSERT_EQ(run("other.db").state.status, 0);
  write("three");
  ASSERT_EQ(run("third.db").state.status, 0);
  ASSERT_EQ(steepest({"merge", database("other.db").string()}).state.status, 0);
  EXPECT_EQ(value("SELECT count(*) FROM run"), "2") << "the same text, so the same run";
  ASSERT_EQ(steepest({"merge", database("third.db").string()}).state.status, 0);
  EXPECT_EQ(value("SELECT count(*) FROM run"), "3");
}

TEST_F(OwnText, OfABaseIsPartOfTheRunAndOfTheBase) {
  const Words fine_tuning =
      tiny({"training.steps=3", "+base=austen", "base.data.file=mine.txt", "base.data.sha256=", "base.training.steps=3",
            "base.training.batch=4", "base.training.context=16", "model.init.factors=lora"});
  for (const char* text : {"one", "two"}) {
    write(text);
    const auto answer = steepest(words("run", fine_tuning));
    ASSERT_EQ(answer.state.status, 0) << answer.errors;
  }
  EXPECT_EQ(value(kCompleted), "2");
  EXPECT_EQ(value("SELECT count(DISTINCT parameter_hash) FROM run"), "2");
  int bases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_ / "checkpoints")) {
    const auto file = entry.path().filename();
    bases += file.string().rfind("base-", 0) == 0 && file.extension() == ".pt";
  }
  EXPECT_EQ(bases, 2);
}

TEST_F(OwnText, AStoppedRunGoesOnWithItsOwnAlone) {
  const Words command = words("run", own({"training.steps=5000", "optimizer.learning_rate=0.001"}));
  write("one");
  ASSERT_EQ(steepest(command, "undisturbed.db").state.status, 0);
  {
    ChildProcess child(program(), with_folders(command), Words{}, folder_ / "supervisor.log");
    const auto trains = [&] {
      return std::filesystem::exists(database()) && value("SELECT count(*) FROM run WHERE environment_id IS NOT NULL") == "1";
    };
    bool training = false;
    while (!training && !child.poll()) {
      try {
        training = trains();
      } catch (const std::exception&) {
        // The file is being made.
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ASSERT_TRUE(training);
    child.send(SIGINT);
    ASSERT_EQ(ended(child).text(), "exit status 130");
  }
  const std::string first = "SELECT status FROM run WHERE id = 1",
                    checkpoint = (folder_ / "checkpoints" / (value("SELECT identity FROM run WHERE id = 1") + ".pt")).string();
  ASSERT_EQ(value(first), "interrupted");
  ASSERT_TRUE(std::filesystem::exists(checkpoint));

  write("two");
  store::testing::WholeFile opened(database());
  const auto plan = store::open_plan(opened, {{}, "quick", {{1, value("SELECT identity FROM run WHERE id = 1")}}});
  const auto refused = sweep::ask_program(worker(), {"--database", database().string(), "--plan", std::to_string(plan), "--token", "alone",
                                                     "--checkpoints", (folder_ / "checkpoints").string()});
  store::close_plan(opened, plan);
  EXPECT_EQ(refused.state.text(), "exit status 2");
  EXPECT_THAT(refused.errors, HasSubstr("error: data.file: "));
  EXPECT_THAT(refused.errors, HasSubstr("expected " + value("SELECT value FROM param WHERE run_id = 1 AND key = 'data.sha256'")));
  const auto again = steepest({"run", "--rerun", "1"});
  EXPECT_EQ(again.state.text(), "exit status 2");
  EXPECT_THAT(again.errors, HasSubstr("SHA-256"));
  EXPECT_EQ(value(first), "interrupted");
  ASSERT_EQ(steepest(command).state.status, 0) << "the new text's run";
  EXPECT_EQ(value(first), "interrupted");
  EXPECT_TRUE(std::filesystem::exists(checkpoint));

  write("one");
  ASSERT_EQ(steepest(command).state.status, 0);
  EXPECT_EQ(value(first), "completed");
  EXPECT_EQ(value("SELECT parameter_hash FROM run WHERE id = 1"), value("SELECT parameter_hash FROM run", "undisturbed.db"));
}

TEST_F(OwnText, ThatIsNotThereIsRefusedAndNotGuessed) {
  for (const char* command : {"plan", "run"}) {
    const auto answer = steepest(words(command, own({"training.steps=5"})));
    EXPECT_EQ(answer.state.text(), "exit status 2");
    EXPECT_THAT(answer.errors, HasSubstr("data.file: the corpus mine.txt is not in"));
  }
  EXPECT_FALSE(std::filesystem::exists(database()));
  const auto shown = steepest(words("config", own({})));
  EXPECT_EQ(shown.state.text(), "exit status 0");
  EXPECT_THAT(shown.output, HasSubstr("sha256: \"\""));
  EXPECT_THAT(shown.errors, HasSubstr("left open, and needed to plan this run"));
  write("one");
  EXPECT_THAT(steepest(words("config", own({"--sources"}))).output, testing::ContainsRegex("vocabulary: [0-9]+  # the corpus itself"));
}

TEST_F(OwnText, WithAnotherVocabularyThanStatedIsRefused) {
  write("one");
  const std::string sum = sweep::ask_program("/usr/bin/sha256sum", {(folder_ / "data" / "mine.txt").string()}).output.substr(0, 64);
  const auto answer = steepest({"run", "data.file=mine.txt", "data.sha256='" + sum + "'", "data.vocabulary=65", "training.context=16"});
  EXPECT_EQ(answer.state.text(), "exit status 2");
  EXPECT_THAT(answer.errors, HasSubstr("data.vocabulary: found 65"));
  EXPECT_FALSE(std::filesystem::exists(database()));
}

}  // namespace
}  // namespace steepest::e2e
