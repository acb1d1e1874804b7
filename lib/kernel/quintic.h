// quintic.h: one step of a polynomial iteration on singular values.
#pragma once

namespace steepest::kernel {

/// One step of an odd quintic iteration: x <- a x + b x^3 + c x^5 on singular values (msign), or the weights a + b p + c p^2 of
/// the coupled inverse-root iteration.
struct Quintic {
  double a, b, c;
};

}  // namespace steepest::kernel
