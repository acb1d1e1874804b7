// all_options.h: every optimizer of the library as one closed set, without LibTorch.
#pragma once
#include <variant>

#include "optim/adamw_options.h"
#include "optim/factor_muon_options.h"
#include "optim/imuon_options.h"
#include "optim/lora_muon_options.h"
#include "optim/lora_rite_core_options.h"
#include "optim/lora_rite_options.h"
#include "optim/lora_tsd_options.h"
#include "optim/muon_options.h"
#include "optim/riemannion_options.h"
#include "optim/scaled_gd_options.h"
#include "optim/sgd_options.h"
#include "optim/specgd_options.h"
#include "optim/spectron_options.h"

namespace steepest::optim {

/// The options of one optimizer. Which one is told by its `kName`; `kTakesMatrices`: it updates single matrices of any kind, otherwise pairs
/// of factors alone; `kInvariance` says under which gauge changes (A R, B R^-T) its path of W
/// stays as it is: "GL(r)" all, "O(r)" orthogonal ones, "none".
using AnyOptions =
    std::variant<LoraMuonOptions, MuonOptions, AdamWOptions, FactorMuonOptions, SpectronOptions, LoraRiteOptions, LoraRiteCoreOptions,
                 ScaledGdOptions, SpecgdOptions, ImuonOptions, RiemannionOptions, LoraTsdOptions, SgdOptions>;

}  // namespace steepest::optim
