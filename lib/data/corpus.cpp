// corpus.cpp: see corpus.h.
#include "data/corpus.h"

#include <algorithm>
#include <array>
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
  if (!options.url.empty()) return "run `make data` (downloads it), or set STEEPEST_DATA_DIR to a folder that holds it; `data=synthetic` needs no file";
  return "set STEEPEST_DATA_DIR to a folder that holds it (it has no public address), or name a text of your own: data.file=NAME data.sha256=";
}

std::string read_checked(const DataOptions& options, const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / options.file;
  std::ifstream stream(path, std::ios::binary);
  if (!stream || std::filesystem::is_directory(path))
    throw complaint("the corpus " + options.file + " is not in " + directory.string(),
                    ways_to(options));
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad()) throw complaint("reading " + path.string() + " failed", "a readable file");
  if (const std::string found = digest::sha256(text); !options.sha256.empty() && found != options.sha256)
    throw complaint(path.string() + " has SHA-256 " + found + ", expected " + options.sha256,
                    "the original file: delete this one and " + ways_to(options));
  return text;
}

std::string distinct(std::string text) {
  std::sort(text.begin(), text.end(), [](char a, char b) { return static_cast<unsigned char>(a) < static_cast<unsigned char>(b); });
  text.erase(std::unique(text.begin(), text.end()), text.end());
  return text;
}

std::string text_of(const DataOptions& options, const std::filesystem::path& directory) {
  if (options.name == "synthetic")
    return SyntheticSource(static_cast<std::uint64_t>(options.source_seed)).generate(options.characters);
  return read_checked(options, directory);
}

}  // namespace

std::filesystem::path data_directory(const std::filesystem::path& root) {
  const char* given = std::getenv("STEEPEST_DATA_DIR");
  return given != nullptr && *given != '\0' ? std::filesystem::path(given) : root / "data";
}

void check_corpus(const DataOptions& options, const std::filesystem::path& directory) {
  if (options.name != "synthetic") read_checked(options, directory);
}

Corpus load_corpus(const DataOptions& options, const std::filesystem::path& directory, std::int64_t context, const std::string& vocabulary) {
  const std::string text = text_of(options, directory);
  Corpus corpus;
  corpus.vocabulary = vocabulary.empty() ? distinct(text) : vocabulary;
  std::array<int, 256> symbol;
  symbol.fill(-1);
  for (std::size_t i = 0; i < corpus.vocabulary.size(); ++i) symbol[static_cast<unsigned char>(corpus.vocabulary[i])] = static_cast<int>(i);
  corpus.symbols.reserve(text.size());
  for (const char c : text) {
    const int known = symbol[static_cast<unsigned char>(c)];
    if (known < 0) {
      throw complaint("the corpus has the character " + options::quoted(std::string(1, c)) + ", which the fine-tuning corpus has not",
                      "a text reduced to the " + std::to_string(corpus.vocabulary.size()) + " characters of the corpus that is trained on afterwards");
    }
    corpus.symbols.push_back(static_cast<std::uint8_t>(known));
  }

  corpus.validation_start =
      static_cast<std::size_t>(static_cast<double>(text.size()) * (1.0 - options.validation_fraction));
  const auto window = static_cast<std::size_t>(context) + 1;
  if (corpus.validation_start < window || text.size() - corpus.validation_start < window)
    throw complaint("the corpus has " + std::to_string(text.size()) + " characters",
                    "more text, or a shorter training.context than " + std::to_string(context));
  return corpus;
}

}  // namespace steepest::data
