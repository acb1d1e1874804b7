// inputs.cpp: see inputs.h.
#include "run/inputs.h"

#include <algorithm>
#include <type_traits>

#include "options/valid_text.h"

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

/// A checksum that was stated must be the one that was found.
void take_checksum(std::string& stated, const std::string& found, const char* key, const std::string& folder) {
  if (!stated.empty() && stated != found)
    throw InputError({key, folder + " has SHA-256 " + found + ", expected " + stated,
                      std::string("what has that checksum; what is here: ") + key + "="});
  stated = found;
}

/// An adapter that training goes on with has the rank, scale and layers that the run says.
void check_adapter(const model::LlamaOptions& model, const weights::AdapterConfig& adapter) {
  if (adapter.rank != model.rank)
    throw InputError({"model.rank", "found " + std::to_string(model.rank) + ", and the adapter has r = " + std::to_string(adapter.rank),
                      std::to_string(adapter.rank)});
  if (adapter.alpha != model.lora_alpha)
    throw InputError({"model.lora_alpha",
                      "found " + options::number_text(model.lora_alpha) + ", and the adapter has " + options::number_text(adapter.alpha),
                      options::number_text(adapter.alpha)});
  auto layers = model.low_rank_layers;
  std::sort(layers.begin(), layers.end());
  if (layers == adapter.target_modules) return;
  std::string names;
  for (const auto& name : adapter.target_modules) names += (names.empty() ? "" : ", ") + name;
  throw InputError({"model.low_rank_layers", "the adapter's target_modules are others", "[" + names + "]"});
}

/// The shape of the model, and with it the vocabulary of what it reads.
void complete_checkpoint(TrainingRun& run, const Completion& complete) {
  CheckpointBase& base = *checkpoint_of(run);
  auto& model = std::get<model::LlamaOptions>(run.model);
  if (!complete.checkpoint) {
    if (base.sha256.empty() || !model.shape.known())
      throw InputError({"base.path", "no checkpoint is looked into here", "base.sha256 and model.shape"});
    return;
  }
  CheckpointContent found;
  try {
    found = complete.checkpoint(base);
    take_checksum(base.sha256, found.sha256, "sha256", base.path);
    if (found.adapter) take_checksum(base.adapter_sha256, found.adapter_sha256, "adapter_sha256", base.adapter);
  } catch (const InputError& error) { throw error.parts().key.empty() || !error.parts().file.empty() ? error : error.below("base"); }
  if (model.shape.known() && model.shape != found.shape)
    throw InputError({"model.shape", "another than config.json of " + base.path + " states", "zeros, for which the checkpoint's is taken"});
  model.shape = found.shape;
  if (found.adapter) check_adapter(model, *found.adapter);
  if (run.data.vocabulary != 0 && run.data.vocabulary != model.shape.vocabulary)
    throw InputError(
        {"data.vocabulary",
         "found " + std::to_string(run.data.vocabulary) + ", and the checkpoint's is " + std::to_string(model.shape.vocabulary),
         "0, for which the checkpoint's is taken"});
  run.data.vocabulary = model.shape.vocabulary;
  if (run.other_data) run.other_data->vocabulary = model.shape.vocabulary;
  run.check();  // now that its sizes are known
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
      try {
        complete(part, how);  // whose keys tell that they are of `data`
      } catch (const InputError& error) { throw error.moved("data", name); }
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
  if (auto* training = std::get_if<TrainingRun>(&run); training && checkpoint_of(*training)) complete_checkpoint(*training, complete);
  const Completer completer{complete};
  std::visit([&](auto& chosen) { chosen.describe(completer); }, run);
}

}  // namespace steepest::run
