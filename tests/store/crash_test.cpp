// crash_test.cpp: a writer that is killed at any moment leaves whole transactions and nothing else.
#include "support.h"

#include <signal.h>

#include <random>

namespace steepest::store::testing {
namespace {

constexpr int kMetrics = 20, kSingular = 10;

/// Writes batch after batch, each one step of kMetrics + kSingular rows, telling each step on `acknowledged` once it is written.
int write_forever(const fs::path& path, std::int64_t study, const std::string& token, int acknowledged) {
  WholeFile database(path);
  const auto run = claim(database, study, "quick", token, 1000);
  if (!run) return 1;
  std::int64_t step = static_cast<std::int64_t>(database.reader.metrics(run->id, "metric-0").size());
  for (;;) {
    ++step;
    std::vector<MetricRow> metrics;
    for (int i = 0; i < kMetrics; ++i) metrics.push_back({"metric-" + std::to_string(i), step, static_cast<double>(step)});
    std::vector<SpectrumRow> spectra;
    for (int i = 0; i < kSingular; ++i) spectra.push_back({"layer0.q", step, i, static_cast<double>(step)});
    if (!database.recorder.record(run->id, token, metrics, spectra)) return 2;
    if (write(acknowledged, &step, sizeof step) != sizeof step) return 3;
  }
}

TEST(Crash, EachTransactionIsWholeOrAbsentAndWhatWasAcknowledgedStays) {
  Folder folder;
  const fs::path path = folder / "a.db";
  std::int64_t study = 0;
  {
    WholeFile database(path);
    study = plan(database, 1);
  }
  std::mt19937_64 engine(7);
  std::int64_t last = 0;
  for (int round = 0; round < 60; ++round) {
    const std::string token = "worker-" + std::to_string(round);
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = start_child([&] { return write_forever(path, study, token, ends[1]); });
    close(ends[1]);
    usleep(static_cast<useconds_t>(engine() % 25000));
    kill(child, SIGKILL);
    EXPECT_EQ(exit_status(child), 128 + SIGKILL) << "it ended by itself";
    std::int64_t step = 0;
    while (read(ends[0], &step, sizeof step) == sizeof step) last = step;
    close(ends[0]);

    WholeFile database(path);
    ASSERT_EQ(text(database, "PRAGMA integrity_check"), "ok");
    ASSERT_EQ(number(database,
                     "SELECT count(*) FROM (SELECT step FROM metric GROUP BY step HAVING count(*) <> " + std::to_string(kMetrics) + ")"),
              0)
        << "a torn batch";
    ASSERT_EQ(number(database,
                     "SELECT count(*) FROM (SELECT step FROM spectrum GROUP BY step HAVING count(*) <> " + std::to_string(kSingular) + ")"),
              0)
        << "a torn batch";
    ASSERT_EQ(number(database, "SELECT count(DISTINCT step) FROM metric"), number(database, "SELECT count(DISTINCT step) FROM spectrum"));
    ASSERT_GE(number(database, "SELECT coalesce(max(step), 0) FROM metric"), last) << "an acknowledged batch is lost";
    ASSERT_EQ(number(database, "SELECT count(DISTINCT step) = coalesce(max(step), 0) FROM metric"), 1) << "a step is missing";
    ASSERT_LE(database.queue.release(token), 1);
  }
  EXPECT_GT(last, 0) << "no child ever wrote: the test shows nothing";
}

}  // namespace
}  // namespace steepest::store::testing
