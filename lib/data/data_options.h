// data_options.h: the choice of a corpus, without LibTorch.
#pragma once
#include <cstdint>
#include <string>

#include "options/field.h"

namespace steepest::data {

/// Symbols of the synthetic source: `a`-`z` and space.
inline constexpr std::int64_t kSyntheticVocabulary = 27;

/// `data`: the corpus. Group files: tinyshakespeare, austen, synthetic, tokens.
struct DataOptions {
  std::string name = "tinyshakespeare";
  std::string file = "tinyshakespeare.txt";
  std::string sha256;
  std::int64_t vocabulary = 0;
  std::string url;
  std::int64_t characters = 1000000;
  std::int64_t source_seed = 1;
  double validation_fraction = 0.1;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("name", name)
              .one_of({"tinyshakespeare", "synthetic", "text", "tokens"})
              .help("kind of corpus; tokens: a file of them, as llm.c has it"));
    visit(field("file", file).outside_identity().help("file name below a data folder (not for synthetic)"));
    visit(field("sha256", sha256)
              .help("checksum that the file must have; empty: the file's own, taken when the run is planned, and vocabulary with it"));
    visit(field("vocabulary", vocabulary)
              .at_least(0)
              .at_most(1 << 30)
              .unit("characters")
              .outside_identity()
              .help("distinct characters of the corpus; 0: counted when the run is planned. Of tokens: all are below it; 0: the "
                    "checkpoint's, or "
                    "from scratch the largest token and one"));
    visit(field("url", url).outside_identity().help("public address that `make data` takes the file from"));
    visit(field("characters", characters).at_least(10000).at_most(1e9).help("length of the synthetic corpus"));
    visit(field("source_seed", source_seed).at_least(0).help("seed of the synthetic source, apart from the run's seed"));
    visit(field("validation_fraction", validation_fraction).above(0).below(0.9).help("last part of the corpus, kept for validation"));
  }
};

/// A file of the data directory that is no corpus. Its content is known by its checksum alone.
struct FileOptions {
  std::string file;
  std::string sha256;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("file", file).outside_identity().help("file name below the data directory"));
    visit(field("sha256", sha256).help("checksum that the file must have; empty: the file's own, taken when the run is planned"));
  }
};

}  // namespace steepest::data
