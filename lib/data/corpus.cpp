// corpus.cpp: see corpus.h.
#include "data/corpus.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "data/synthetic.h"
#include "data/token_file.h"
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

bool holds_tokens(const DataOptions& options) { return options.name == "tokens"; }

/// How the right file can be had.
std::string ways_to(const DataOptions& options) {
  if (holds_tokens(options))
    return "make it of a text with setup/token_file.py (`make model-smollm2` does for its own), or set STEEPEST_DATA_DIR to a folder that "
           "holds it";
  if (options.sha256.empty())
    return "put it there, or set STEEPEST_DATA_DIR to a folder that holds it; without data.sha256 only the text itself tells which run "
           "this is";
  if (!options.url.empty())
    return "run `make data` (downloads it), or set STEEPEST_DATA_DIR to a folder that holds it; `data=synthetic` needs no file";
  return "set STEEPEST_DATA_DIR to a folder that holds it (it has no public address), or name a text of your own: data.file=NAME "
         "data.sha256=";
}

std::string read_file(const DataOptions& options, const Folders& folders) {
  const std::filesystem::path path = folders.find(options.file);
  std::error_code ignored;
  std::ifstream stream(path, std::ios::binary);
  if (!stream || std::filesystem::is_directory(path, ignored))
    throw complaint("the corpus " + options.file + " is not in " + folders.listed(), ways_to(options));
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad()) throw complaint("reading " + path.string() + " failed", "a readable file");
  return text;
}

/// Throws InputError, naming the file, where it is none of tokens.
TokenFile tokens_of(const DataOptions& options, const Folders& folders, const std::string& bytes) {
  try {
    return parse_tokens(bytes);
  } catch (const std::runtime_error& error) {
    throw complaint(folders.find(options.file).string() + " is not a file of tokens: " + error.what(), "what setup/token_file.py writes");
  }
}

TextIdentity identity_of(const DataOptions& options, const Folders& folders, const std::string& text) {
  return {digest::sha256(text),
          holds_tokens(options) ? std::int64_t{tokens_of(options, folders, text).largest} + 1 : CharacterTokenizer::of(text).size()};
}

/// Without a checksum nothing is said about any one text.
void check(const DataOptions& options, const TextIdentity& found, const Folders& folders) {
  const std::string path = folders.find(options.file).string();
  if (holds_tokens(options) && options.vocabulary != 0 && found.vocabulary > options.vocabulary) {
    throw complaint(
        path + " has the token " + std::to_string(found.vocabulary - 1) + ", and the vocabulary is " + std::to_string(options.vocabulary),
        "tokens below it: the file is of another tokenizer than the model");
  }
  if (options.sha256.empty()) return;
  if (found.sha256 != options.sha256)
    throw complaint(
        path + " has SHA-256 " + found.sha256 + ", expected " + options.sha256,
        "the text with that checksum: move this one away and " + ways_to(options) + ". Runs of the text that is here: data.sha256=");
  if (!holds_tokens(options) && options.vocabulary != 0 && found.vocabulary != options.vocabulary) {
    InputError::Parts parts;
    parts.key = "data.vocabulary";
    parts.problem = "found " + std::to_string(options.vocabulary) + ", and " + path + " has " + std::to_string(found.vocabulary) +
                    " distinct characters";
    parts.valid = std::to_string(found.vocabulary) + ", or 0 to have them counted";
    throw InputError(parts);
  }
}

std::string text_of(const DataOptions& options, const Folders& folders) {
  if (options.name == "synthetic") return SyntheticSource(static_cast<std::uint64_t>(options.source_seed)).generate(options.characters);
  std::string text = read_file(options, folders);
  check(options, identity_of(options, folders, text), folders);
  return text;
}

CharacterTokenizer tokenizer_of(const DataOptions& options, const std::string& text) {
  return options.name == "synthetic" ? CharacterTokenizer(SyntheticSource::alphabet()) : CharacterTokenizer::of(text);
}

}  // namespace

void check_corpus(const DataOptions& options, const Folders& folders) {
  if (options.name != "synthetic") check(options, identity_of(options, folders, read_file(options, folders)), folders);
}

void Corpora::complete(DataOptions& options) {
  const bool synthetic = options.name == "synthetic";
  if (synthetic && options.vocabulary == 0) options.vocabulary = kSyntheticVocabulary;
  if (synthetic || (!options.sha256.empty() && options.vocabulary != 0)) return;
  const std::string key = options.name + " " + options.file;
  auto known = known_.find(key);
  if (known == known_.end()) known = known_.emplace(key, identity_of(options, folders_, read_file(options, folders_))).first;
  check(options, known->second, folders_);
  options.sha256 = known->second.sha256;
  if (options.vocabulary == 0 || !holds_tokens(options)) options.vocabulary = known->second.vocabulary;
}

namespace {

/// Splits at the validation part, of which and of the rest there must be a window.
void split(Corpus& corpus, const DataOptions& options, std::int64_t context) {
  const std::size_t size = corpus.tokens.size();
  corpus.validation_start = static_cast<std::size_t>(static_cast<double>(size) * (1.0 - options.validation_fraction));
  const auto window = static_cast<std::size_t>(context) + 1;
  if (corpus.validation_start < window || size - corpus.validation_start < window)
    throw complaint("the corpus has " + std::to_string(size) + (holds_tokens(options) ? " tokens" : " characters"),
                    "more text, or a shorter training.context than " + std::to_string(context));
}

}  // namespace

Corpus load_corpus(const DataOptions& options, const Folders& folders, std::int64_t context,
                   const std::optional<CharacterTokenizer>& tokenizer) {
  const std::string text = text_of(options, folders);
  if (holds_tokens(options)) {
    TokenFile file = tokens_of(options, folders, text);
    Corpus corpus{CharacterTokenizer(""), std::move(file.tokens), 0,
                  std::max<std::int64_t>(options.vocabulary, std::int64_t{file.largest} + 1)};
    split(corpus, options, context);
    return corpus;
  }
  Corpus corpus{tokenizer ? *tokenizer : tokenizer_of(options, text), {}, 0, 0};
  if (const auto unknown = corpus.tokenizer.unknown_in(text)) {
    throw complaint(
        "the corpus has the character " + options::quoted(std::string(1, *unknown)) + ", which the fine-tuning corpus has not",
        "a text reduced to the " + std::to_string(corpus.tokenizer.size()) + " characters of the corpus that is trained on afterwards");
  }
  corpus.tokens = corpus.tokenizer.encode(text);
  corpus.vocabulary = corpus.tokenizer.size();
  split(corpus, options, context);
  return corpus;
}

}  // namespace steepest::data
