// spectral_start.cpp: factors that start on the leading singular directions of the weight.
#include "optim/spectral_start.h"

#include <cmath>
#include <stdexcept>

#include "matrix/principal_factors.h"

namespace steepest::optim {

SpectralStart spectral_start(const at::Tensor& W, std::int64_t rank, double lora_scale) {
  if (!(lora_scale > 0)) throw std::invalid_argument("spectral_start: lora_scale must be above 0");
  at::NoGradGuard no_grad;
  auto [A, B] = matrix::principal_factors(W.detach(), rank);
  A = A / std::sqrt(lora_scale);
  B = B / std::sqrt(lora_scale);
  const auto rest = W.detach() - at::mm(A, B.t()) * lora_scale;
  return {{A.requires_grad_(true), B.requires_grad_(true)}, rest};
}

}  // namespace steepest::optim
