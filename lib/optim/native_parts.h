// native_parts.h: what LibTorch calls the options and the state of its own optimizers.
#pragma once
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace steepest::optim {

template <class Native>
struct Parts;

template <>
struct Parts<torch::optim::AdamW> {
  using Options = torch::optim::AdamWOptions;
  using State = torch::optim::AdamWParamState;
  static std::vector<at::Tensor*> tensors(State& state) { return {&state.exp_avg(), &state.exp_avg_sq()}; }
  static bool keeps_state(const Options&) { return true; }
  static bool plain(const Options& options) { return !options.amsgrad(); }
  static std::int64_t updates(const State& state) { return state.step(); }
  static void set_updates(State& state, std::int64_t updates) { state.step(updates); }
};

template <>
struct Parts<torch::optim::SGD> {
  using Options = torch::optim::SGDOptions;
  using State = torch::optim::SGDParamState;
  static std::vector<at::Tensor*> tensors(State& state) { return {&state.momentum_buffer()}; }
  static bool keeps_state(const Options& options) { return options.momentum() != 0; }
  static bool plain(const Options& options) { return options.dampening() == 0; }
  static std::int64_t updates(const State&) { return 0; }  // it has no use for them
  static void set_updates(State&, std::int64_t) {}
};

/// LibTorch's optimizer, whose state may be parts of larger stacks: it saves its own numbers alone, where LibTorch writes whole storages.
template <class Native>
class SavedCompactly : public Native {
 public:
  using Native::Native;

  void save(torch::serialize::OutputArchive& archive) const override {
    struct Swapped {
      std::vector<std::pair<at::Tensor*, at::Tensor>> parts;
      ~Swapped() {
        for (auto& [place, part] : parts) *place = part;
      }
    } swapped;
    for (const auto& entry : this->state_) {
      for (at::Tensor* place : Parts<Native>::tensors(static_cast<typename Parts<Native>::State&>(*entry.second))) {
        if (!place->defined() || place->storage().nbytes() == place->nbytes()) continue;
        swapped.parts.emplace_back(place, *place);
        *place = place->clone();
      }
    }
    Native::save(archive);
  }
};

}  // namespace steepest::optim
