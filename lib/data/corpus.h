// corpus.h: where the text of a run comes from: a checked file of the data directory, or the synthetic source. No LibTorch.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/data_options.h"
#include "data/folders.h"
#include "data/tokenizer.h"

namespace steepest::data {

/// What a corpus is, whatever its file is called.
struct TextIdentity {
  std::string sha256;
  std::int64_t vocabulary = 0;  ///< distinct characters; of a token file the least that it can have
};

/// Looks into the corpora of a plan for what its runs leave open. Each file is read once, so that all runs of the plan name the same text.
class Corpora {
 public:
  explicit Corpora(Folders folders) : folders_(std::move(folders)) {}
  /// Fills in the checksum where it is empty, and the vocabulary with it; the vocabulary where it is 0. Where both are given nothing is
  /// read. Throws InputError where the file is missing, or another text than the checksum says.
  void complete(DataOptions& options);

 private:
  Folders folders_;
  std::map<std::string, TextIdentity> known_;  // by file
};

/// A text as tokens. The alphabet is every distinct character of the whole text, in rising order, or one that was given; the synthetic
/// source's is all that it may make. A file of tokens has none: what made it is not needed any more.
struct Corpus {
  CharacterTokenizer tokenizer;  ///< of no character for a file of tokens
  std::vector<std::int32_t> tokens;
  std::size_t validation_start = 0;  ///< tokens from here on are the validation part
  std::int64_t vocabulary = 0;       ///< every token is below it
};

/// Throws InputError, naming both ways to the file, if the corpus is missing, or its checksum or vocabulary differs from the stated one. Reads
/// the file once.
void check_corpus(const DataOptions& options, const Folders& folders);

/// Reads, checks and splits the corpus. Throws InputError as check_corpus does, if a token is not below the vocabulary, and if there is too little
/// text for one window of `context`+1 tokens in either part. `tokenizer`, if there is one, is taken in the place of the text's own; a text with
/// a character that it lacks is refused.
Corpus load_corpus(const DataOptions& options, const Folders& folders, std::int64_t context,
                   const std::optional<CharacterTokenizer>& tokenizer = {});

}  // namespace steepest::data
