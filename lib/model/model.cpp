// model.cpp: see model.h.
#include "model/model.h"

#include <c10/util/StringUtil.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "model/llama.h"
#include "model/safetensors.h"
#include "model/transformer.h"
#include "options/error.h"

namespace steepest::model {
namespace {

/// The network of each struct of options.
template <class Options>
struct Network;
template <>
struct Network<TransformerOptions> {
  using type = Transformer;
};
template <>
struct Network<LlamaOptions> {
  using type = Llama;
};
template <class Options>
using NetworkOf = typename Network<Options>::type;

/// The first few of them.
std::string joined(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) text += (i == 0 ? "" : ", ") + names[i];
  return names.size() > kShown ? text + " and " + std::to_string(names.size() - kShown) + " more" : text;
}

}  // namespace

std::shared_ptr<Model> make_model(const AnyOptions& options, std::int64_t vocabulary, std::uint64_t seed, const Placement& placement) {
  return std::visit(
      [&](const auto& chosen) -> std::shared_ptr<Model> {
        using Made = NetworkOf<std::decay_t<decltype(chosen)>>;
        if constexpr (std::is_constructible_v<Made, decltype(chosen), std::int64_t, std::uint64_t, at::Device, at::ScalarType>)
          return std::make_shared<Made>(chosen, vocabulary, seed, placement.device, placement.type);
        else throw std::invalid_argument("such a network is loaded, never made");
      },
      options);
}

std::shared_ptr<Model> make_model(const AnyOptions& options, const Model& base, bool frozen_tables, std::uint64_t seed,
                                  const Placement& placement) {
  return std::visit(
      [&](const auto& chosen) -> std::shared_ptr<Model> {
        using Same = NetworkOf<std::decay_t<decltype(chosen)>>;
        const auto* same = dynamic_cast<const Same*>(&base);
        if (same == nullptr) throw std::invalid_argument("the base is a network of another kind");
        return std::make_shared<Same>(chosen, *same, frozen_tables, seed, placement.device, placement.type);
      },
      options);
}

std::shared_ptr<Model> load_model(const AnyOptions& options, std::int64_t vocabulary, const std::filesystem::path& file,
                                  const Placement& placement) {
  const Safetensors given(file);
  const auto refuse = [&](const std::string& problem) { throw options::InputError(file.string() + ": " + problem); };
  const auto network = make_model(options, vocabulary, /*seed=*/0, placement);
  const at::NoGradGuard no_grad;
  std::set<std::string> unused;
  for (const auto& name : given.names()) unused.insert(name);
  for (const auto& parameter : network->named_parameters()) {
    const std::string& name = parameter.key();
    if (unused.erase(name) == 0) refuse("the tensor " + name + " is missing; there are " + joined(given.names()));
    const at::Tensor& tensor = given.at(name);
    if (tensor.sizes() != parameter->sizes()) {
      refuse("the tensor " + name + " has the shape " + c10::str(tensor.sizes()) +
             ", and the model, with the run's options and corpus, needs " + c10::str(parameter->sizes()));
    }
    parameter->copy_(tensor);
  }
  if (!unused.empty()) refuse("the model has no tensor " + joined({unused.begin(), unused.end()}));
  return network;
}

}  // namespace steepest::model
