// support.h: generated runs, written as workers write them, and databases as one comparable text.
#pragma once
#include <cmath>
#include <limits>
#include <random>
#include <sstream>

#include "exchange/export.h"
#include "exchange/importer.h"
#include "exchange/run_file.h"
#include "run/former_identity.h"
#include "run/identity.h"
#include "run/numerics.h"
#include "run/run.h"
#include "store/support.h"
#include "transformer_of.h"

namespace steepest::exchange::testing {

using namespace store::testing;
using nlohmann::json;
using store::Access;
using store::RunStatus;
using store::testing::WholeFile;

/// The run as a plan of this program knows it or, of another version, as an upgraded file of those days does.
inline void identify(store::NewRun& run, int suite_version = 0) {
  const auto options = run::read_run(run.config);
  run.numerics = suite_version > 0 ? run::numerics_of_suite(suite_version) : run::numerics(options);
  run.identity = suite_version > 0 ? run::former_identity(run.config, suite_version) : run::identity(options);
  run.family = suite_version > 0 ? run::renewed(run.identity, run.config, suite_version).family : run::identity_but_for_seed(options);
  run.observes = run::observations(options);
  run.steps = run::steps(options);
}

inline store::NewRun generated_run(int number) {
  run::TrainingRun options;
  options.seed = number;
  options.kernels = model::Kernels::simple;
  options.data.name = "text";
  options.data.file = "Größe \"ε\" \\ 矩阵";
  options.data.sha256 = std::string(64, 'a');
  options.data.vocabulary = 50;
  transformer_of(options).rank = number % 5;
  // Of its first version, so that files of before are read as today's.
  options.optimizer = optim::SgdOptions{.learning_rate = 0.1 + 1e-3 / 3 * number};
  options.embedding_optimizer = optim::AdamWOptions{5e-3, {0.9, 1e-300}};
  options.training.steps = 10 + number;
  store::NewRun run;
  run.config = run::to_json(options);
  run.seed = number;
  run.flops = 1e9 / 3 * (number + 1);
  identify(run, number % 3 == 0 ? 1 : 0);
  return run;
}

/// A double of any kind: random bits (NaN, denormal and infinite among them) or a plain number.
inline double any_number(std::mt19937_64& engine) {
  switch (engine() % 8) {
    case 0: return std::nan("");
    case 1: return std::numeric_limits<double>::infinity();
    case 2: return -std::numeric_limits<double>::infinity();
    case 3: return static_cast<double>(engine() % 100);
    default: {
      const std::uint64_t bits = engine();
      double value;
      std::memcpy(&value, &bits, sizeof value);
      return value;
    }
  }
}

/// Claims the run (alone in the plan of a study "alone", in which it gets no place) and ends it with generated rows; some have none.
inline void finish_run(WholeFile& database, std::int64_t run, std::uint64_t seed, const std::string& parameter_hash = "hash") {
  std::mt19937_64 engine(seed);
  const auto study = database.planner.put_study("alone", "", json::object());
  const auto alone = store::open_plan(database, {study, "once", {{run, database.reader.run_details(run)->identity}}});
  ASSERT_TRUE(database.queue.claim(alone, "worker", 1000));
  store::close_plan(database, alone);
  std::vector<store::MetricRow> metrics;
  std::vector<store::SpectrumRow> spectra;
  const auto names = engine() % 3, matrices = engine() % 3;
  for (std::uint64_t name = 0; name < names; ++name) {
    const std::int64_t steps = static_cast<std::int64_t>(engine() % 20);
    for (std::int64_t step = 0; step < steps; ++step) metrics.push_back({"loss µ" + std::to_string(name), 7 * step, any_number(engine)});
  }
  for (std::uint64_t matrix = 0; matrix < matrices; ++matrix) {
    for (int step = 0; step < 3; ++step) {
      for (int i = 0; i < 4; ++i) spectra.push_back({"layer." + std::to_string(matrix), step, i, any_number(engine)});
    }
  }
  ASSERT_TRUE(database.recorder.record(run, "worker", metrics, spectra));
  if (engine() % 4 != 0)
    database.recorder.set_environment(run, {{"cpu_model", "Prozessor ®"}, {"cores", engine() % 3}, {"memory_gib", 15.6}});
  const bool diverged = engine() % 4 == 0;
  ASSERT_TRUE(database.queue.finish(run, "worker",
                                    {diverged ? RunStatus::diverged : RunStatus::completed, 11, 0.1 + static_cast<double>(seed),
                                     diverged ? "" : parameter_hash, "", 0.25, 0.01 * static_cast<double>(seed)}));
}

/// Two studies that share runs, `count` runs, all but every seventh finished, the seventh queued.
inline void fill(WholeFile& database, int count) {
  const auto one = database.planner.put_study("one", "erste Studie", {{"title", "erste Studie"}, {"rates", {0.1, 3}}});
  const auto two = database.planner.put_study("two", "", {{"x", nullptr}});
  for (int i = 0; i < count; ++i) {
    const auto run = database.planner.put_run(generated_run(i));
    database.planner.tie(one, run, i % 2 ? "quick" : "paper", {{"model.rank", i % 5}, {"i", i}}, i);
    if (i % 3 == 0) database.planner.tie(two, run, "quick", {{"i", i}}, count - i);
    if (i % 7 != 6) finish_run(database, run, static_cast<std::uint64_t>(i));
  }
}

inline std::string exported(const store::Reader& reader, const Selection& selection = {}) {
  std::ostringstream text;
  export_runs(reader, selection, text);
  return text.str();
}

/// Checks, then takes in, as the program does.
inline Received import(WholeFile& database, const std::string& text) {
  std::istringstream first(text), second(text);
  check_runs(first, "file.jsonl");
  Importer importer(database);
  read_runs(second, "file.jsonl", {[&](const auto& study) { importer.study(study); }, [&](auto&& run) { importer.run(std::move(run)); }});
  return importer.finish();
}

inline std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) result.push_back(line);
  return result;
}

inline std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

}  // namespace steepest::exchange::testing
