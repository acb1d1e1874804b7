// corpus.cpp: see corpus.h.
#include "data/corpus.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "data/synthetic.h"
#include "digest/sha256.h"
#include "options/error.h"
#include "options/valid_text.h"

namespace steepest::data {
namespace {

using options::InputError;

InputError complaint(const std::string& problem, const std::string& valid) {
  InputError::Parts parts;
  parts.key = "data.file";
  parts.problem = problem;
  parts.valid = valid;
  return InputError(parts);
}

/// How the right file can be had.
std::string ways_to(const DataOptions& options) {
  if (options.sha256.empty())
    return "put it there, or set STEEPEST_DATA_DIR to a folder that holds it; without data.sha256 only the text itself tells which run "
           "this is";
  if (!options.url.empty())
    return "run `make data` (downloads it), or set STEEPEST_DATA_DIR to a folder that holds it; `data=synthetic` needs no file";
  return "set STEEPEST_DATA_DIR to a folder that holds it (it has no public address), or name a text of your own: data.file=NAME "
         "data.sha256=";
}

std::string read_file(const DataOptions& options, const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / options.file;
  std::error_code ignored;
  std::ifstream stream(path, std::ios::binary);
  if (!stream || std::filesystem::is_directory(path, ignored))
    throw complaint("the corpus " + options.file + " is not in " + directory.string(), ways_to(options));
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad()) throw complaint("reading " + path.string() + " failed", "a readable file");
  return text;
}

TextIdentity identity_of(const std::string& text) { return {digest::sha256(text), CharacterTokenizer::of(text).size()}; }

/// Without a checksum nothing is said about any one text.
void check(const DataOptions& options, const TextIdentity& found, const std::filesystem::path& directory) {
  if (options.sha256.empty()) return;
  const std::string path = (directory / options.file).string();
  if (found.sha256 != options.sha256)
    throw complaint(
        path + " has SHA-256 " + found.sha256 + ", expected " + options.sha256,
        "the text with that checksum: move this one away and " + ways_to(options) + ". Runs of the text that is here: data.sha256=");
  if (options.vocabulary != 0 && found.vocabulary != options.vocabulary) {
    InputError::Parts parts;
    parts.key = "data.vocabulary";
    parts.problem = "found " + std::to_string(options.vocabulary) + ", and " + path + " has " + std::to_string(found.vocabulary) +
                    " distinct characters";
    parts.valid = std::to_string(found.vocabulary) + ", or 0 to have them counted";
    throw InputError(parts);
  }
}

std::string text_of(const DataOptions& options, const std::filesystem::path& directory) {
  if (options.name == "synthetic") return SyntheticSource(static_cast<std::uint64_t>(options.source_seed)).generate(options.characters);
  std::string text = read_file(options, directory);
  check(options, identity_of(text), directory);
  return text;
}

CharacterTokenizer tokenizer_of(const DataOptions& options, const std::string& text) {
  return options.name == "synthetic" ? CharacterTokenizer(SyntheticSource::alphabet()) : CharacterTokenizer::of(text);
}

}  // namespace

std::filesystem::path data_directory(const std::filesystem::path& root) {
  const char* given = std::getenv("STEEPEST_DATA_DIR");
  return given != nullptr && *given != '\0' ? std::filesystem::path(given) : root / "data";
}

void check_corpus(const DataOptions& options, const std::filesystem::path& directory) {
  if (options.name != "synthetic") check(options, identity_of(read_file(options, directory)), directory);
}

void Corpora::complete(DataOptions& options) {
  const bool synthetic = options.name == "synthetic";
  if (synthetic && options.vocabulary == 0) options.vocabulary = kSyntheticVocabulary;
  if (synthetic || (!options.sha256.empty() && options.vocabulary != 0)) return;
  auto known = known_.find(options.file);
  if (known == known_.end()) known = known_.emplace(options.file, identity_of(read_file(options, directory_))).first;
  check(options, known->second, directory_);
  options.sha256 = known->second.sha256;
  options.vocabulary = known->second.vocabulary;
}

Corpus load_corpus(const DataOptions& options, const std::filesystem::path& directory, std::int64_t context,
                   const std::optional<CharacterTokenizer>& tokenizer) {
  const std::string text = text_of(options, directory);
  Corpus corpus{tokenizer ? *tokenizer : tokenizer_of(options, text), {}, 0};
  if (const auto unknown = corpus.tokenizer.unknown_in(text)) {
    throw complaint(
        "the corpus has the character " + options::quoted(std::string(1, *unknown)) + ", which the fine-tuning corpus has not",
        "a text reduced to the " + std::to_string(corpus.tokenizer.size()) + " characters of the corpus that is trained on afterwards");
  }
  corpus.tokens = corpus.tokenizer.encode(text);

  corpus.validation_start = static_cast<std::size_t>(static_cast<double>(text.size()) * (1.0 - options.validation_fraction));
  const auto window = static_cast<std::size_t>(context) + 1;
  if (corpus.validation_start < window || text.size() - corpus.validation_start < window)
    throw complaint("the corpus has " + std::to_string(text.size()) + " characters",
                    "more text, or a shorter training.context than " + std::to_string(context));
  return corpus;
}

}  // namespace steepest::data
