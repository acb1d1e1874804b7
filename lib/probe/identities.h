// identities.h: what is stated of LoRA-Muon's step, at the weights and gradients that a network really has. No LibTorch.
#pragma once
#include <memory>

#include "probe/interval.h"

namespace steepest::probe {

class Probe;

/// Of the factors before the step that is looked at and their gradients, for momentum 0 and a LoRA-Muon with its tables in the network's precision; each the
/// largest over the low-rank matrices, relative in the Frobenius norm (arXiv 2606.12921, on its update):
/// identity.projector: W's first-order step against -(rate/2)(msign(G P_B) + msign(P_A G)), in float64 by singular values;
/// identity.gauge: W's step from (A R, B R^-T) against that from (A, B), R random of condition 10;
/// identity.decay: W+ under split decay against (1 - decay) W + s(dA B^T + A dB^T) + s dA dB^T/(1 - decay), decay = rate*weight_decay = 0.1;
/// identity.core: W's step by LoRA-RITE's simplified QR-coordinate core.
/// Nothing at the start, where there is no gradient, and of networks without factors.
struct IdentitiesOptions : Interval {
  static constexpr const char* kName = "identities";
};

std::unique_ptr<Probe> make_probe(const IdentitiesOptions& options);

}  // namespace steepest::probe
