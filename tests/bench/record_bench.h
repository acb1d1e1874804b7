// record_bench.h: a worker's writing, for the benchmarks of the database and for those of the whole.
#pragma once
#include <benchmark/benchmark.h>

#include <filesystem>

#include "store/whole_file.h"
#include "study/study.h"

namespace steepest::store_bench {

/// A fresh folder that goes again with its object.
struct Folder {
  Folder();
  ~Folder();
  std::filesystem::path path;
};

/// The study whose runs the benchmarks are made of.
study::Study real_study();

/// A planned run with a real configuration, held by "bench".
std::int64_t claimed_run(store::testing::WholeFile& database);

/// Records batches until a repetition has lasted, metrics of range(0) rows or spectra of ten steps; the counters are rows a second and the
/// longest single call in ms. To be registered with UseManualTime.
void record(benchmark::State& state, bool spectra, bool with_reader);

}  // namespace steepest::store_bench
