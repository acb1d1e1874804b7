// bundle.cpp: see bundle.h.
#include "experiment/bundle.h"

#include <algorithm>
#include <stdexcept>

#include "optim/recordable.h"
#include "probe/numbers.h"

namespace steepest::experiment {

/// Losses of all members on one batch after another, since the last step. All of them look at the same batches in the same order, so that whoever asks
/// first asks for all.
class Bundle::Losses {
 public:
  Losses(const model::StackedNetwork& network) : network_(network), asked_(static_cast<std::size_t>(network.members())) {}

  double of(std::size_t member, const at::Tensor& input, const at::Tensor& target) {
    const std::size_t batch = asked_[member]++;
    if (batch == known_.size()) known_.push_back(probe::numbers(network_.losses(input, target)));
    return known_.at(batch)[member];
  }
  void forget() {
    known_.clear();
    std::fill(asked_.begin(), asked_.end(), 0);
  }

  /// What a member takes for its own.
  class OfMember : public model::LossFunction {
   public:
    OfMember(std::shared_ptr<Losses> all, std::size_t member) : all_(std::move(all)), member_(member) {}
    double loss(const at::Tensor& input, const at::Tensor& target) override { return all_->of(member_, input, target); }
    double gradients(const at::Tensor&, const at::Tensor&) override { throw std::logic_error("a member of a bundle was trained alone"); }

   private:
    std::shared_ptr<Losses> all_;
    std::size_t member_;
  };

 private:
  const model::StackedNetwork& network_;
  std::vector<std::size_t> asked_;          // of each member, how many batches
  std::vector<std::vector<double>> known_;  // of each batch, the losses of all
};

namespace {

std::vector<std::shared_ptr<model::Model>> networks(const std::vector<Trainer*>& members) {
  std::vector<std::shared_ptr<model::Model>> all;
  for (const Trainer* member : members) {
    if (member->step() != members.front()->step()) throw std::invalid_argument("runs at different steps are not trained as one");
    all.push_back(member->network());
  }
  return all;
}

}  // namespace

Bundle::Bundle(std::vector<Trainer*> members)
    : members_(std::move(members)), at_work_(members_.size(), true),
      network_(networks(members_), members_.front()->options().precision == "bf16",
               members_.front()->options().kernels == model::Kernels::fused),
      clip_norm_(members_.front()->options().training.clip_norm),
      graph_(optim::recordable(members_.front()->options().optimizer) ? placement_of(members_.front()->options()).device
                                                                      : at::Device(at::kCPU)),
      seen_(std::make_shared<Losses>(network_)) {
  for (std::size_t kind = 0; kind < members_.front()->optimizers().size(); ++kind) {
    std::vector<torch::optim::Optimizer*> of_members;
    for (const Trainer* member : members_) of_members.push_back(member->optimizers().at(kind));
    optimizers_.push_back(optim::make_joint_step(of_members));
  }
  for (std::size_t m = 0; m < members_.size(); ++m) members_[m]->set_loss(std::make_unique<Losses::OfMember>(seen_, m));
  const data::Batch first = members_.front()->batch();
  const auto count = static_cast<std::int64_t>(members_.size());
  const auto beside = [&](const at::Tensor& tokens) { return at::zeros({count, tokens.size(0), tokens.size(1)}, tokens.options()); };
  input_ = beside(first.input);
  target_ = beside(first.target);
  const auto placement = placement_of(members_.front()->options());
  losses_ = at::zeros({count}, at::dtype(placement.type).device(placement.device));
  alive_ = at::ones({count}, at::dtype(at::kBool).device(placement.device));
}

void Bundle::end(std::size_t member, Outcome outcome, const Calls& calls) {
  at_work_[member] = false;
  alive_.select(0, static_cast<std::int64_t>(member)).fill_(false);
  calls.ended(member, outcome);
}

/// All that the device does for a step, of what lies in its memory.
void Bundle::compute() {
  losses_.copy_(network_.gradients(input_, target_));
  alive_.logical_and_(at::isfinite(losses_));
  network_.mask(alive_);
  if (clip_norm_ > 0) network_.clip(clip_norm_);
  for (const auto& optimizer : optimizers_) optimizer->update();
}

std::vector<double> Bundle::train_step() {
  for (std::size_t m = 0; m < members_.size(); ++m) {
    if (!at_work_[m]) continue;  // it goes on with the tokens and rates that it had, and nothing comes of it
    const data::Batch batch = members_[m]->batch();
    input_.select(0, static_cast<std::int64_t>(m)).copy_(batch.input);
    target_.select(0, static_cast<std::int64_t>(m)).copy_(batch.target);
    members_[m]->set_rates();
  }
  for (const auto& optimizer : optimizers_) optimizer->read_rates();
  graph_.run([this] { compute(); });
  for (const auto& optimizer : optimizers_) optimizer->count();
  seen_->forget();
  return probe::numbers(losses_);
}

void Bundle::run(const Calls& calls) {
  const auto each = [&](const auto& body) {
    for (std::size_t m = 0; m < members_.size(); ++m) {
      if (at_work_[m]) body(m);
    }
  };
  each([&](std::size_t m) { members_[m]->begin(calls.hooks[m]); });
  while (std::find(at_work_.begin(), at_work_.end(), true) != at_work_.end()) {
    if (!calls.proceed()) return each([&](std::size_t m) { end(m, Outcome::stopped, calls); });
    each([&](std::size_t m) { members_[m]->before_step(); });
    double seconds = 0;
    const std::vector<double> losses = timed(seconds, [&] { return train_step(); });
    const double share = seconds / static_cast<double>(members_.size());
    each([&](std::size_t m) {
      const Outcome outcome = members_[m]->after_step(losses[m], share, calls.hooks[m]);
      const bool last = members_[m]->step() == members_[m]->options().training.steps;
      if (outcome != Outcome::completed || last) end(m, outcome, calls);
    });
  }
}

}  // namespace steepest::experiment
