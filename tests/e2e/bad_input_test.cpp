// bad_input_test.cpp: a mistake is told in one message, with exit status 2 and nothing written.
#include <SQLiteCpp/SQLiteCpp.h>

#include "e2e/support.h"

namespace steepest::e2e {
namespace {

class BadInput : public Programs {
 protected:
  void expect_refused(const Words& words, const Words& said) {
    const auto answer = steepest(words);
    std::string line;
    for (const auto& word : words) line += " " + word;
    EXPECT_EQ(answer.state.status, 2) << line << "\n" << answer.errors;
    EXPECT_EQ(answer.output, "") << line;
    EXPECT_THAT(answer.errors, testing::StartsWith("error: ")) << line;
    for (const auto& text : said) EXPECT_THAT(answer.errors, HasSubstr(text)) << line;
  }
};

TEST_F(BadInput, IsToldWithTheNearestValidName) {
  const struct {
    Words words, said;
  } cases[]{
      {{"rnu"}, {"rnu: no such subcommand", "did you mean \"run\""}},
      {{"run", "--scle", "quick"}, {"--scle: no such option", "did you mean \"--scale\""}},
      {{"--databse=x", "status"}, {"--databse: no such option", "did you mean \"--database\""}},
      {{"run", "rank_transfr"}, {"rank_transfr", "did you mean \"rank_transfer\""}},
      {{"run", "rank_transfer", "--scale", "quik"}, {"quik", "did you mean \"quick\""}},
      {{"plan", "rank_transfer", "model.rnk=3"}, {"model.rnk", "did you mean \"rank\""}},
      {{"plan", "optimizer=muno"}, {"muno", "did you mean \"muon\""}},
      {{"plan", "modle=transformer"}, {"modle", "did you mean \"model\""}},
      {{"plan", "rank_transfer", "--format", "tabel"}, {"tabel", "did you mean \"table\""}},
      {{"completion", "bsh"}, {"bsh", "did you mean \"bash\""}},
      {{"run", "rank_transfer", "--device", "cdua:1"}, {"cdua:1", "did you mean \"cuda\""}},
  };
  for (const auto& [words, said] : cases) expect_refused(words, said);
  EXPECT_FALSE(std::filesystem::exists(database()));
}

TEST_F(BadInput, IsToldWithWhatWouldBeValid) {
  const struct {
    Words words, said;
  } cases[]{
      {{"run", "rank_transfer", "--time-limit", "soon"}, {"--time-limit", "\"soon\"", "1h30m"}},
      {{"run", "rank_transfer", "--time-limit", "0s"}, {"--time-limit", "from 1 s"}},
      {{"run", "rank_transfer", "--checkpoint-every", "5 parsecs"}, {"--checkpoint-every", "5 parsecs"}},
      {{"run", "rank_transfer", "--retry", "-1"}, {"--retry", "whole number from 0"}},
      {{"run", "rank_transfer", "--fail-fast", "--keep-going"}, {"--fail-fast", "--keep-going"}},
      {{"run", "rank_transfer", "--device", "cpu,cuda:0"}, {"--device", "of one kind"}},
      {{"run", "rank_transfer", "--rerun", "3"}, {"--rerun", "leave the study"}},
      {{"run", "model.rank=many"}, {"model.rank", "many", "dense"}},
      {{"run", "model.rank=-1"}, {"model.rank", ">= 0"}},
      {{"run", "model.heads=3"}, {"model.heads", "do not divide"}},
      {{"run", "model.rank=8", "device=tpu"}, {"device", "cpu"}},
      {{"run", "rank_transfer", "--jobs", "none"}, {"--jobs", "a whole number"}},
      {{"run"}, {"nothing to run", "rank_transfer"}},
      {{"run", "one", "two"}, {"one study at a time"}},
      {{"run", "rank_transfer", "--scale", "smoke", "scale=quick"}, {"two scales"}},
      {{"report"}, {"STUDY is missing", "--help"}},
      {{"report", "small", "--html", "page.html", "--format", "json"}, {"--html", "--format"}},
      {{"serve", "--port", "eighty"}, {"--port", "a whole number from 0 to 65535"}},
      {{"serve", "--port", "65536"}, {"--port", "a whole number from 0 to 65535"}},
      {{"watch"}, {"STUDY is missing", "--help"}},
      {{"status", "one", "two"}, {"unexpected argument \"two\""}},
      {{"config", "rank_transfer"}, {"is no override", "steepest plan rank_transfer"}},
  };
  for (const auto& [words, said] : cases) expect_refused(words, said);
  EXPECT_FALSE(std::filesystem::exists(database()));
}

TEST_F(BadInput, AnOptionWithoutItsValueIsNamed) {
  const auto answer = sweep::ask_program(program(), {"run", "rank_transfer", "--jobs"});
  EXPECT_EQ(answer.state.status, 2);
  EXPECT_THAT(answer.errors, HasSubstr("error: --jobs needs a value"));
}

TEST_F(BadInput, AMissingCorpusNamesBothWaysOut) {
  // Under a name that the project's own folder, which is looked into last, does not have.
  expect_refused({"run", "rank_transfer", "--scale", "quick", "data.file=gone.txt", "data.sha256=" + std::string(64, 'a')},
                 {"gone.txt", "STEEPEST_DATA_DIR", "data=synthetic"});
  EXPECT_FALSE(std::filesystem::exists(database())) << "nothing half-written";
}

TEST_F(BadInput, ACorpusWithAnotherChecksumIsRefused) {
  std::ofstream(folder_ / "data" / "tinyshakespeare.txt") << "To be, or not to be\n";
  expect_refused({"run", "rank_transfer", "--scale", "quick"}, {"SHA-256", "86c4e6aa"});
  EXPECT_FALSE(std::filesystem::exists(database()));
}

TEST_F(BadInput, ADeviceThatIsNotThereIsRefusedBeforePlanning) {
  expect_refused(words("run", tiny({"training.steps=1", "--device", "cuda:77"})), {"device", "cuda:77", "cpu"});
  EXPECT_FALSE(std::filesystem::exists(database()));
}

TEST_F(BadInput, AMissingWorkerNamesTheWayOut) {
  setenv("STEEPEST_WORKER", "/no/such/worker", 1);
  expect_refused(words("run", tiny({"training.steps=1"})), {"/no/such/worker"});
  EXPECT_FALSE(std::filesystem::exists(database()));
}

TEST_F(BadInput, WithoutADatabaseOneIsToldHowItComesAbout) {
  for (const Words& words : {Words{"status"}, Words{"report", "rank_transfer"}, Words{"query", "select 1"}, Words{"serve"},
                             Words{"watch", "rank_transfer"}, Words{"report", "--html", "page.html"}}) {
    expect_refused(words, {"there is no database", "steepest run STUDY"});
  }
}

TEST_F(BadInput, AnUnknownStudyOrScaleOfTheDatabaseIsTold) {
  ASSERT_EQ(steepest({"run", "rank_transfer", "--scale", "smoke"}).state.status, 0);
  expect_refused({"report", "rank_transfr"}, {"no study", "did you mean \"rank_transfer\""});
  expect_refused({"report", "rank_transfer", "--scale", "smok"}, {"smok", "did you mean \"smoke\""});
  expect_refused({"status", "nothing"}, {"no study"});
  expect_refused({"delete", "rank_transfer"}, {"runs: \"rank_transfer\" is no run's number", "--study rank_transfer"});
  expect_refused({"watch", "rank_transfr"}, {"no study", "did you mean \"rank_transfer\""});
  expect_refused({"report", "rank_transfr", "--html", "page.html"}, {"no study", "did you mean \"rank_transfer\""});
  expect_refused({"report", "width_transfer"}, {"study width_transfer has no runs yet; `steepest run width_transfer` makes them"});
  expect_refused({"report", "--scale", "papr", "--html", "page.html"}, {"no study has runs at scale \"papr\""});
  expect_refused({"serve", "--scale", "papr"}, {"no study has runs at scale \"papr\""});
}

TEST_F(BadInput, ADatabaseOfANewerSchemaIsLeftAsItIs) {
  { store::testing::WholeFile made(database()); }
  {
    SQLite::Database file(database().string(), SQLite::OPEN_READWRITE);
    file.exec("PRAGMA user_version = 99");
  }
  expect_refused({"run", "rank_transfer", "--scale", "smoke"}, {"version 99", "newer steepest"});
  expect_refused({"status"}, {"version 99"});
  SQLite::Database file(database().string(), SQLite::OPEN_READONLY);
  EXPECT_EQ(file.execAndGet("PRAGMA user_version").getInt(), 99);
}

TEST_F(BadInput, AFileThatIsNoDatabaseIsLeftAsItIs) {
  const std::string content = "these are a user's notes and no database at all\n";
  std::ofstream(database()) << content;
  expect_refused({"run", "rank_transfer", "--scale", "smoke"}, {database().string()});
  std::ifstream file(database());
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>(file), {}}), content);
}

TEST_F(BadInput, AFolderThatMayNotBeLookedIntoIsTold) {
  const auto locked = folder_ / "locked";
  std::filesystem::create_directory(locked);
  std::filesystem::permissions(locked, std::filesystem::perms::none);
  Words line{program().string(), "status",        "--database",
             locked / "s.db",    "--experiments", std::string(STEEPEST_SOURCE_DIR) + "/experiments"};
  if (geteuid() == 0) line.insert(line.begin(), {"setpriv", "--bounding-set=-dac_override,-dac_read_search"});
  const auto answer = sweep::ask_program("/usr/bin/env", line);
  EXPECT_EQ(answer.state.status, 2) << answer.errors;
  EXPECT_EQ(answer.errors, "error: " + (locked / "s.db").string() + ": Permission denied\n");
}

TEST_F(BadInput, OfTheWorkerIsToldByTheWorker) {
  const auto answer = sweep::ask_program(worker(), {"--scale", "quick"});
  EXPECT_EQ(answer.state.status, 2);
  EXPECT_THAT(answer.errors, testing::StartsWith("error: "));
}

}  // namespace
}  // namespace steepest::e2e
