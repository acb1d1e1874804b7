// inputs.cpp: see inputs.h.
#include "run/inputs.h"

#include "options/error.h"

namespace steepest::run {
namespace {

using options::InputError;

void complete_corpus(data::DataOptions& corpus, const CompleteCorpus& complete) {
  if (complete) complete(corpus);
  const bool unknown_text = corpus.name != "synthetic" && corpus.sha256.empty();
  if (!unknown_text && corpus.vocabulary > 0) return;
  throw InputError({unknown_text ? "data.sha256" : "data.vocabulary", "left open, and no corpus is looked at here", "the text's own", "", "", 0});
}

}  // namespace

void complete_inputs(AnyRun& run, const CompleteCorpus& complete) {
  auto* training = std::get_if<TrainingRun>(&run);
  if (!training) return;
  complete_corpus(training->data, complete);
  if (!training->base) return;
  try {
    complete_corpus(training->base->data, complete);
  } catch (const InputError& error) {
    throw error.below("base");
  }
}

}  // namespace steepest::run
