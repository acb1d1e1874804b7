// stacked_network.cpp: see stacked_network.h.
#include "model/stacked_network.h"

#include <stdexcept>

#include "model/frozen_matrix.h"
#include "model/linear_map.h"
#include "model/llama.h"
#include "model/transformer.h"

namespace steepest::model {
namespace {

[[noreturn]] void refuse() { throw std::invalid_argument("networks of several kinds or shapes do not compute as one"); }

/// As one network, if they are all of this kind; else null.
template <class Network>
std::shared_ptr<Model> whole(const std::vector<std::shared_ptr<Model>>& members) {
  std::vector<const Network*> all;
  for (const auto& member : members) {
    all.push_back(dynamic_cast<const Network*>(member.get()));
    if (!all.back()) return nullptr;
  }
  return std::make_shared<Network>(all);
}

void check_shapes(const Model& first, const Model& other) {
  const auto own = first.named_parameters(), others = other.named_parameters();
  if (own.size() != others.size()) refuse();
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (own[i].key() != others[i].key() || own[i].value().sizes() != others[i].value().sizes()) refuse();
    if (own[i].value().requires_grad() != others[i].value().requires_grad()) refuse();
  }
}

/// A number of each network beside tensors [M, ...].
at::Tensor beside(const at::Tensor& numbers, const at::Tensor& tensor) {
  std::vector<std::int64_t> shape(static_cast<std::size_t>(tensor.dim()), 1);
  shape.front() = -1;
  return numbers.view(shape);
}

}  // namespace

StackedNetwork::StackedNetwork(std::vector<std::shared_ptr<Model>> members, bool bfloat16, bool packed)
    : members_(std::move(members)), bfloat16_(bfloat16), packed_(packed) {
  for (const auto& member : members_) check_shapes(*members_.front(), *member);
  whole_ = whole<Transformer>(members_);
  if (!whole_) whole_ = whole<Llama>(members_);
  if (!whole_) refuse();
  const at::NoGradGuard no_grad;
  for (auto& parameter : whole_->named_parameters()) {
    at::Tensor& stack = parameter.value();
    if (!stack.requires_grad()) continue;
    stack.mutable_grad() = at::zeros_like(stack);
    for (std::int64_t m = 0; m < this->members(); ++m) {
      at::Tensor own = members_[static_cast<std::size_t>(m)]->named_parameters()[parameter.key()];
      own.mutable_grad().reset();
      own.set_data(stack.detach().select(0, m));
      own.mutable_grad() = stack.grad().select(0, m);
    }
    trained_.push_back(stack);
  }
}

at::Tensor StackedNetwork::losses_of(const at::Tensor& input, const at::Tensor& target) const {
  const BfloatScope scope(bfloat16_);
  const PackedScope frozen(packed_);
  const auto of_all = [&](const at::Tensor& tokens) {
    return (tokens.dim() == 3 ? tokens : tokens.unsqueeze(0).expand({members(), tokens.size(0), tokens.size(1)})).flatten(0, 1);
  };
  const at::Tensor logits = whole_->forward(of_all(input));
  const at::Tensor each = at::cross_entropy_loss(logits.flatten(0, 1), of_all(target).flatten().to(at::kLong), {}, at::Reduction::None);
  return each.view({members(), -1}).mean(1);
}

at::Tensor StackedNetwork::losses(const at::Tensor& input, const at::Tensor& target) const {
  const at::NoGradGuard no_grad;
  return losses_of(input, target);
}

at::Tensor StackedNetwork::gradients(const at::Tensor& input, const at::Tensor& target) {
  for (const at::Tensor& parameter : trained_) parameter.grad().zero_();
  const at::Tensor losses = losses_of(input, target);
  losses.sum().backward();
  return losses.detach();
}

void StackedNetwork::mask(const at::Tensor& alive) {
  const at::NoGradGuard no_grad;
  const at::Tensor gone = alive.logical_not();
  for (const at::Tensor& parameter : trained_) parameter.grad().masked_fill_(beside(gone, parameter), 0.0);
}

void StackedNetwork::clip(double most) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> norms;
  for (const at::Tensor& parameter : trained_) norms.push_back(at::linalg_vector_norm(parameter.grad().flatten(1), 2, at::IntArrayRef{1}));
  const at::Tensor norm = at::linalg_vector_norm(at::stack(norms), 2, at::IntArrayRef{0});
  const at::Tensor factor = (most / (norm + 1e-6)).clamp_max(1.0);
  for (const at::Tensor& parameter : trained_) parameter.grad().mul_(beside(factor, parameter));
}

}  // namespace steepest::model
