// all_options.h: every optimizer of the library as one closed set, without LibTorch.
#pragma once
#include <variant>

#include "adamw_options.h"
#include "factor_muon_options.h"
#include "imuon_options.h"
#include "lora_muon_options.h"
#include "lora_rite_core_options.h"
#include "lora_rite_options.h"
#include "lora_tsd_options.h"
#include "muon_options.h"
#include "riemannion_options.h"
#include "scaled_gd_options.h"
#include "sgd_options.h"
#include "specgd_options.h"
#include "spectron_options.h"

namespace steepest::optim {

/// The options of one optimizer. Which one is told by its `kName`; `kTakesMatrices`: it updates single matrices of any kind, otherwise pairs
/// of factors alone; `kInvariance` says under which gauge changes (A R, B R^-T) its path of W
/// stays as it is: "GL(r)" all, "O(r)" orthogonal ones, "none".
using AnyOptions =
    std::variant<LoraMuonOptions, MuonOptions, AdamWOptions, FactorMuonOptions, SpectronOptions, LoraRiteOptions, LoraRiteCoreOptions,
                 ScaledGdOptions, SpecgdOptions, ImuonOptions, RiemannionOptions, LoraTsdOptions, SgdOptions>;

}  // namespace steepest::optim
