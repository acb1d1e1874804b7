// polynomials.h: the coefficient tables of every iteration in this room, and nothing else.
#pragma once
#include <array>

#include "../kernel/quintic.h"

namespace steepest::matrix {

using kernel::Quintic;

/// The same step for an iterate that may exceed 1 by the factor `safety`: p(x / safety).
constexpr Quintic safe(Quintic step, double safety) {
  const double square = safety * safety;
  return {step.a / safety, step.b / (safety * square), step.c / (safety * square * square)};
}

/// msign in 8 steps. Singular values in [1e-4, 1] of the Frobenius-normalised matrix land in [0.9990, 1.0004]; a shorter
/// table does not converge. Source: arXiv 2606.12921, App. B.3.
inline constexpr std::array<Quintic, 8> kMsignTable = {{
    {7.2086, -15.5131, 9.0178},
    {3.9623, -2.5813, 0.4542},
    {3.9466, -2.5765, 0.4544},
    {3.8991, -2.5671, 0.4566},
    {3.7186, -2.5308, 0.4653},
    {3.1390, -2.3073, 0.4733},
    {2.1715, -1.5246, 0.3885},
    {1.8648, -1.2224, 0.3577},
}};

inline constexpr double kPolarExpressSafety = 1.01;

/// Polar Express, 8 steps; all but the last with the safety factor. Source: arXiv 2505.16932.
inline constexpr std::array<Quintic, 8> kPolarExpress = {{
    safe({8.28721201814563, -23.595886519098837, 17.300387312530933}, kPolarExpressSafety),
    safe({4.107059111542203, -2.9478499167379106, 0.5448431082926601}, kPolarExpressSafety),
    safe({3.9486908534822946, -2.908902115962949, 0.5518191394370137}, kPolarExpressSafety),
    safe({3.3184196573706015, -2.488488024314874, 0.51004894012372}, kPolarExpressSafety),
    safe({2.300652019954817, -1.6689039845747493, 0.4188073119525673}, kPolarExpressSafety),
    safe({1.891301407787398, -1.2679958271945868, 0.37680408948524835}, kPolarExpressSafety),
    safe({1.8750014808534479, -1.2500016453999487, 0.3750001645474248}, kPolarExpressSafety),
    {1.875, -1.25, 0.375},
}};

inline constexpr Quintic kNewtonSchulzStep = {3.4445, -4.7750, 2.0315};

/// Muon's Newton-Schulz iteration, 5 equal steps. It does not converge: singular values above 0.006 of the Frobenius norm end between 0.68
/// and 1.134, smaller ones anywhere up to 1.202 (reached from 0.0041).
inline constexpr std::array<Quintic, 5> kNewtonSchulz5 = {{
    kNewtonSchulzStep,
    kNewtonSchulzStep,
    kNewtonSchulzStep,
    kNewtonSchulzStep,
    kNewtonSchulzStep,
}};

inline constexpr double kInverseSqrtDamping = 1e-5;  ///< times the Frobenius norm, added to the matrix
inline constexpr double kInverseSqrtSafety = 1.001;

/// Inverse square root in 7 steps (before the safety factor). Source: arXiv 2606.12921.
inline constexpr std::array<Quintic, 7> kInverseSqrtTable = {{
    {7.424865680309214, -18.39581635618996, 12.896720413604342},
    {3.4877256051546017, -2.3300436563986993, 0.4404692168431095},
    {2.7766085124882527, -2.070643152532662, 0.46302261050004967},
    {1.9913142104341506, -1.373936700681269, 0.3875934979568538},
    {1.8754637749479246, -1.2505152090010534, 0.37505152463617264},
    {1.874999066623701, -1.2499981332141676, 0.37499906659046633},
    {1.875, -1.25, 0.375},
}};

}  // namespace steepest::matrix
