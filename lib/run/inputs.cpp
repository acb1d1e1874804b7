// inputs.cpp: see inputs.h.
#include "run/inputs.h"

#include <type_traits>

namespace steepest::run {
namespace {

using options::InputError;

void complete_corpus(data::DataOptions& corpus, const CompleteCorpus& complete) {
  if (complete) complete(corpus);
  const bool unknown_text = corpus.name != "synthetic" && corpus.sha256.empty();
  if (!unknown_text && corpus.vocabulary > 0) return;
  throw InputError({unknown_text ? "data.sha256" : "data.vocabulary", "left open, and no corpus is looked at here", "the text's own"});
}

/// Every corpus of a run, wherever it stands.
struct Completer {
  const CompleteCorpus& complete;

  template <class T>
  void operator()(const options::Field<T>& field) const {
    if constexpr (std::is_same_v<T, data::DataOptions>) {
      complete_corpus(*field.value, complete);
    } else if constexpr (options::Optional<T>) {
      if (!*field.value) return;
      try {
        (*field.value)->describe(*this);
      } catch (const InputError& error) {
        throw error.below(field.name);
      }
    }
  }
};

}  // namespace

void complete_inputs(AnyRun& run, const CompleteCorpus& complete) {
  const Completer completer{complete};
  std::visit([&](auto& chosen) { chosen.describe(completer); }, run);
}

}  // namespace steepest::run
