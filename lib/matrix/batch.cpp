// batch.cpp: shape checks, flattening to a batch, exact rescaling.
#include "matrix/batch.h"

#include <limits>
#include <sstream>
#include <stdexcept>

namespace steepest::matrix {

void require_matrices(const at::Tensor& M, const char* function) {
  std::ostringstream message;
  if (!M.defined()) {
    message << function << ": the tensor is undefined";
  } else if (M.dim() < 2) {
    message << function << ": needs matrices [..., m, n], found a tensor of " << M.dim() << " dimension(s)";
  } else if (!M.is_floating_point()) {
    message << function << ": needs a floating type, found " << M.scalar_type();
  } else {
    return;
  }
  throw std::invalid_argument(message.str());
}

at::Tensor flatten_batch(const at::Tensor& M) {
  int64_t count = 1;
  for (int64_t i = 0; i + 2 < M.dim(); ++i) count *= M.size(i);
  return M.reshape({count, M.size(-2), M.size(-1)});
}

Rescaled rescale(const at::Tensor& M) {
  // 2^126 is the largest power of two that float32 holds with its inverse; subnormal entries keep a few digits less.
  constexpr double kLargest = 126;
  const auto largest = M.abs().amax({-2, -1}, /*keepdim=*/true).to(at::kDouble);
  const auto usable = at::isfinite(largest).logical_and(largest > 0);
  auto exponent = std::get<1>(at::frexp(at::where(usable, largest, at::ones_like(largest) * 0.5)));
  exponent = exponent.clamp(-kLargest, kLargest);
  return {M * at::exp2(-exponent.to(at::kDouble)).to(M.scalar_type()), exponent};
}

at::Tensor unscale(const at::Tensor& X, const at::Tensor& exponent, double power) {
  return X * at::exp2(exponent.to(at::kDouble) * power).to(X.scalar_type());
}

at::Tensor finite_matrices(const at::Tensor& M) { return at::isfinite(M.abs().amax({-2, -1}, /*keepdim=*/true)); }

at::Tensor nan_unless(const at::Tensor& mask, const at::Tensor& X) {
  return X.masked_fill(mask.logical_not(), std::numeric_limits<double>::quiet_NaN());
}

at::Tensor symmetric(const at::Tensor& R) { return (R + R.transpose(-2, -1)) * 0.5; }

double epsilon(const at::Tensor& X) {
  return X.scalar_type() == at::kDouble ? std::numeric_limits<double>::epsilon() : std::numeric_limits<float>::epsilon();
}

}  // namespace steepest::matrix
