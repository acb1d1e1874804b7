// all_options.h: every optimizer of the library as one closed set, without LibTorch.
#pragma once
#include <variant>

#include "optim/adamw_options.h"
#include "optim/lora_muon_options.h"
#include "optim/muon_options.h"

namespace steepest::optim {

/// The options of one optimizer. Which one is told by its `kName`.
using AnyOptions = std::variant<LoraMuonOptions, MuonOptions, AdamWOptions>;

}  // namespace steepest::optim
