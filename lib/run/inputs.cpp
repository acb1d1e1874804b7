// inputs.cpp: see inputs.h.
#include "run/inputs.h"

#include <type_traits>

namespace steepest::run {
namespace {

using options::InputError;

void complete(data::DataOptions& corpus, const Completion& complete) {
  if (complete.corpus) complete.corpus(corpus);
  const bool unknown_text = corpus.name != "synthetic" && corpus.sha256.empty();
  if (!unknown_text && corpus.vocabulary > 0) return;
  throw InputError({unknown_text ? "data.sha256" : "data.vocabulary", "left open, and no corpus is looked at here", "the text's own"});
}

void complete(data::FileOptions& file, const Completion& complete) {
  if (complete.file) complete.file(file);
  if (file.sha256.empty()) throw InputError({"sha256", "left open, and no file is looked at here", "the file's own"});
}

/// Every corpus and file of a run, wherever it stands.
struct Completer {
  const Completion& how;

  template <class T>
  void operator()(const options::Field<T>& field) const {
    if constexpr (options::Section<T>) visit(*field.value, field.name);
  }

 private:
  template <class T>
  void visit(T& part, const char* name) const {
    if constexpr (std::is_same_v<T, data::DataOptions>) {
      complete(part, how);  // whose keys tell that they are of `data`
    } else if constexpr (options::Optional<T>) {
      if (part) visit(*part, name);
    } else if constexpr (options::Alternatives<T>) {
      std::visit([&](auto& chosen) { visit(chosen, name); }, part);
    } else {
      try {
        if constexpr (std::is_same_v<T, data::FileOptions>) complete(part, how);
        else part.describe(*this);
      } catch (const InputError& error) { throw error.below(name); }
    }
  }
};

}  // namespace

void complete_inputs(AnyRun& run, const Completion& complete) {
  const Completer completer{complete};
  std::visit([&](auto& chosen) { chosen.describe(completer); }, run);
}

}  // namespace steepest::run
