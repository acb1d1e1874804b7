// lora_muon.h: LoRA-Muon, steepest descent on a low-rank weight through its factors.
#pragma once
#include "lora_muon_options.h"
#include "pair_optimizer.h"

namespace steepest::optim {

/// LoRA-Muon on W = W_pre + s A B^T: with S_A = A^T A, S_B = B^T B of the factors before the step, momenta m (EMA, no bias correction)
/// and q = sqrt(1 - rate*decay),
///   A <- q A - rate/(2 s q) msign(m_A S_B^(-1/2)) S_B^(-1/2),   B <- q B - rate/(2 s q) msign(m_B S_A^(-1/2)) S_A^(-1/2).
/// The rate bounds the first-order step of W in spectral norm; the product decays by exactly 1 - rate*decay. W's path does not
/// depend on the gauge (A R, B R^(-T)). With another `norm` its linear minimisation oracle stands in the place of -msign.
///
/// Where a factor is zero the paper's formula is not defined; LoRA's usual start has A = 0. `zero_factor`:
///   auto            the default: damped at every step whose second-order term dA dB^T may exceed 0.45 rates, which is where the smallest
///                   singular value of s A B^T is below about 0.6 rates, and throughout for pairs whose A is zero at their first step;
///                   the paper's formula, to the bit, at all other steps. Whatever the start,
///                   |W+ - (1 - rate*decay) W|_2 stays below 1.5 rates, while damping >= 1/(2 (1 - rate*decay)), as it is by default up
///                   to rates of 50;
///   skip            the root of a zero Gram matrix is zero: the partner only decays;
///   pseudo_inverse  the same, and singular values below 1e-3 of a factor's largest are left out of its root;
///   damped          root of S_A + (damping rate / s)^2 S_B^(-1) for B's step: B changes by at most 1/(2 damping) of itself, dA dB^T by at
///                   most rate/(4 damping q^2); as the paper says when W's singular values are above the damping; keeps the invariance;
///   warmup          in the first `warmup_steps` steps only the factor that starts smaller moves, by the whole rate.
/// Another way is to start elsewhere: spectral_start.h. Source: arXiv 2606.12921; the remedies are ours.
template <>
struct Rule<LoraMuonOptions> {
  /// State of each factor: `momentum`; of A for the remedy `auto` also `damps`, of both for `warmup` also `moves`, [k, 1, 1].
  static void initialize(Slot& a, Slot& b, const Step<LoraMuonOptions>& now);
  static void update(Slot& a, Slot& b, const Step<LoraMuonOptions>& now);
};
using LoraMuon = PairOptimizer<LoraMuonOptions>;

}  // namespace steepest::optim
