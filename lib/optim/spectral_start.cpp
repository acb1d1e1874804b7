// spectral_start.cpp: factors that start on the leading singular directions of the weight.
#include "optim/spectral_start.h"

#include <algorithm>
#include <stdexcept>

#include "matrix/svd.h"

namespace steepest::optim {

SpectralStart spectral_start(const at::Tensor& W, std::int64_t rank, double lora_scale) {
  if (!W.defined() || W.dim() != 2) throw std::invalid_argument("spectral_start: the weight must be a matrix");
  if (rank < 1 || rank > std::min(W.size(0), W.size(1))) {
    throw std::invalid_argument("spectral_start: rank " + std::to_string(rank) + " does not fit the weight");
  }
  if (!(lora_scale > 0)) throw std::invalid_argument("spectral_start: lora_scale must be above 0");
  at::NoGradGuard no_grad;
  const auto [U, S, Vh] = matrix::thin_svd(W.detach());
  const auto root = (S.slice(0, 0, rank) / lora_scale).sqrt();
  const auto A = (U.slice(1, 0, rank) * root).contiguous(), B = (Vh.slice(0, 0, rank).t() * root).contiguous();
  const auto rest = W.detach() - at::mm(A, B.t()) * lora_scale;
  return {{A.requires_grad_(true), B.requires_grad_(true)}, rest};
}

}  // namespace steepest::optim
