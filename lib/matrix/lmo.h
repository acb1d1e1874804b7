// lmo.h: linear minimisation oracles of the unitarily invariant norms, and their dual norms.
#pragma once
#include <ATen/ATen.h>

#include "msign.h"

namespace steepest::matrix {

/// A unitarily invariant norm. `p` > 1 is the exponent of the Schatten norm (2: Frobenius; towards 1: nuclear; towards infinity: spectral).
struct UnitaryNorm {
  NormKind kind = NormKind::spectral;
  double p = 4.0;
};

/// argmin <G, X> over |X| <= 1: spectral -msign(G); Frobenius -G/|G|_F; Schatten-p -U diag(s^(t-1)) V^T / |s|_t^(t-1) with t = p/(p-1);
/// nuclear -u v^T of the largest singular value. G: [..., m, n], float32 or float64; same shape back. `method` computes msign. Invariant to
/// positive scale. Zero -> zero; rank-deficient -> within its range and co-range; NaN or infinite entry -> that matrix is NaN; empty ->
/// empty. Throws std::invalid_argument if dim < 2, or p <= 1. Source: arXiv 2606.12921.
at::Tensor lmo(const at::Tensor& G, const UnitaryNorm& norm, MsignMethod method = MsignMethod::table);

/// lmo(G L) L^T. G: [..., m, n]; L: [..., n, n]. Otherwise as lmo, and as preconditioned_msign.
at::Tensor preconditioned_lmo(const at::Tensor& G, const at::Tensor& L, const UnitaryNorm& norm, MsignMethod method = MsignMethod::table);

/// The norm of X, and the dual norm |G|_* = -min <G, X> over |X| <= 1. [..., m, n] -> [...]. By singular values.
at::Tensor norm_of(const at::Tensor& X, const UnitaryNorm& norm);
at::Tensor dual_norm_of(const at::Tensor& G, const UnitaryNorm& norm);

}  // namespace steepest::matrix
