// msign.cpp: the polar factor of a matrix, exactly and by polynomial iterations.
#include "matrix/msign.h"

#include "matrix/batch.h"
#include "matrix/kernels.h"
#include "matrix/msign_cost.h"
#include "matrix/products.h"
#include "matrix/svd.h"

namespace steepest::matrix {
namespace {

at::Tensor msign_svd(const at::Tensor& X) {
  const auto finite = finite_matrices(X);
  const auto [U, S, Vh] = thin_svd(X.masked_fill(finite.logical_not(), 0.0));
  return nan_unless(finite, at::matmul(U * (S > 0).to(X.scalar_type()).unsqueeze(-2), Vh));
}

/// X: [k, m, n] with m <= n.
at::Tensor plain_iteration(at::Tensor X, const Quintic* steps, int count) {
  for (int i = 0; i < count; ++i) {
    const auto [a, b, c] = steps[i];
    const auto R = matrix_product(X, X.transpose(-2, -1));
    const auto polynomial = add_product(R, R, R, /*beta=*/b, /*alpha=*/c);
    X = add_product(X, polynomial, X, /*beta=*/a, /*alpha=*/1);
  }
  return X;
}

/// The same through R = X X^T and Q, X_final = Q X. In float32 the rounding of R is amplified by the first, steep steps: one
/// restart from the product removes that, see kGramRestart.
at::Tensor gram_iteration(at::Tensor X, const Quintic* steps, int count) {
  const int restart = X.scalar_type() == at::kDouble ? 0 : kGramRestart;
  const auto identity = at::eye(X.size(-2), X.options());
  auto R = at::bmm(X, X.transpose(-2, -1));
  at::Tensor Q;
  for (int i = 0; i < count; ++i) {
    const auto [a, b, c] = steps[i];
    const auto factor = at::baddbmm(R, R, R, /*beta=*/b, /*alpha=*/c) + a * identity;
    Q = Q.defined() ? at::bmm(Q, factor) : factor;
    if (i + 1 == count) break;
    if (i + 1 == restart) {
      X = at::bmm(Q, X);
      R = at::bmm(X, X.transpose(-2, -1));
      Q = at::Tensor();
    } else {
      R = symmetric(at::bmm(at::bmm(factor, R), factor));
    }
  }
  return Q.defined() ? at::bmm(Q, X) : X;
}

bool takes_gram_form(const at::Tensor& X, int count, MsignForm form) {
  const bool wide_type = X.scalar_type() == at::kFloat || X.scalar_type() == at::kDouble;
  if (form != MsignForm::automatic) return wide_type && form == MsignForm::gram;
  const int restarts = X.scalar_type() == at::kDouble ? 0 : 1;
  return wide_type && gram_is_cheaper(static_cast<double>(X.size(-2)), static_cast<double>(X.size(-1)), count, restarts);
}

bool gram_is_quicker(const at::Tensor& X, int count) {
  const bool float64 = X.scalar_type() == at::kDouble;
  return gram_is_quicker_in_kernels(static_cast<double>(X.size(-2)), static_cast<double>(X.size(-1)), count, float64);
}

bool iterates_in_its_type(MsignMethod method) { return method != MsignMethod::svd && method != MsignMethod::newton_schulz5_bfloat16; }

struct Iteration {
  const Quintic* steps;
  int count;
};

Iteration iteration(MsignMethod method) {
  switch (method) {
    case MsignMethod::polar_express: return {kPolarExpress.data(), static_cast<int>(kPolarExpress.size())};
    case MsignMethod::newton_schulz5:
    case MsignMethod::newton_schulz5_bfloat16: return {kNewtonSchulz5.data(), static_cast<int>(kNewtonSchulz5.size())};
    default: return {kMsignTable.data(), static_cast<int>(kMsignTable.size())};
  }
}

}  // namespace

at::Tensor polar_iteration(const at::Tensor& X, const Quintic* steps, int count, MsignForm form) {
  if (X.size(-2) > X.size(-1)) return polar_iteration(X.transpose(-2, -1), steps, count, form).transpose(-2, -1);
  return takes_gram_form(X, count, form) ? gram_iteration(X, steps, count) : plain_iteration(X, steps, count);
}

at::Tensor msign(const at::Tensor& X, MsignMethod method, MsignForm form) {
  require_matrices(X, "msign");
  if (X.numel() == 0) return at::empty_like(X);
  const auto [steps, count] = iteration(method);
  if (iterates_in_its_type(method) && in_kernels(X)) {
    const bool by_gram = form == MsignForm::automatic ? gram_is_quicker(X, count) : form == MsignForm::gram;
    return kernel_polar(flatten_batch(X), steps, count, by_gram).reshape(X.sizes());
  }
  auto scaled = rescale(flatten_batch(X)).matrix;
  if (method == MsignMethod::newton_schulz5_bfloat16) scaled = scaled.to(at::kBFloat16);
  if (method == MsignMethod::svd) return msign_svd(scaled).reshape(X.sizes());
  // After rescaling the norm of a matrix that is not zero is at least 1/2: the floor only keeps zero at zero.
  const auto norm = scaled.norm(2, {-2, -1}, /*keepdim=*/true).clamp_min(1e-7);
  return polar_iteration(scaled / norm, steps, count, form).to(X.scalar_type()).reshape(X.sizes());
}

at::Tensor preconditioned_msign(const at::Tensor& M, const at::Tensor& L, MsignMethod method) {
  require_matrices(M, "preconditioned_msign");
  if (M.numel() > 0 && M.size(-2) >= M.size(-1) && iterates_in_its_type(method) && in_kernels(M) && in_kernels(L)) {
    const auto [steps, count] = iteration(method);
    return kernel_preconditioned_polar(flatten_batch(M), flatten_batch(L), steps, count, gram_is_quicker(M, count)).reshape(M.sizes());
  }
  return at::matmul(msign(at::matmul(M, L), method), L.transpose(-2, -1));
}

}  // namespace steepest::matrix
