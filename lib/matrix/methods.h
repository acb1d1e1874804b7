// methods.h: by which methods this room computes, and in which norms, as choices of option structs. No LibTorch.
#pragma once
#include <array>
#include <vector>

namespace steepest::matrix {

/// How the polar factor is computed. All but `svd` are polynomial iterations in matrix products; see polynomials.h for where
/// each leaves the singular values. `newton_schulz5_bfloat16` computes in bfloat16 whatever the type (Muon as released).
enum class MsignMethod { svd, table, polar_express, newton_schulz5, newton_schulz5_bfloat16 };
constexpr auto choice_names(MsignMethod) {
  return std::array{"svd", "table", "polar_express", "newton_schulz5", "newton_schulz5_bfloat16"};
}

/// Those that come close to the polar factor.
inline std::vector<MsignMethod> convergent_msign() { return {MsignMethod::svd, MsignMethod::table, MsignMethod::polar_express}; }

enum class InverseSqrtMethod {
  table,  ///< 7 steps of matrix products; returns (P + eps |P|_F I)^(-1/2), eps = 1e-5, to 2.6e-4
  eigh,   ///< eigen-decomposition; of a Gram matrix it errs by about cond(Y)^2 eps
  qr,     ///< only for gram_inverse_root: triangular factor of Y itself, errs by about cond(Y) eps
};
constexpr auto choice_names(InverseSqrtMethod) { return std::array{"table", "eigh", "qr"}; }

enum class NormKind { spectral, frobenius, schatten, nuclear };
constexpr auto choice_names(NormKind) { return std::array{"spectral", "frobenius", "schatten", "nuclear"}; }

}  // namespace steepest::matrix
