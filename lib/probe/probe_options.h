// probe_options.h: which probes watch a run, and how often, without LibTorch.
#pragma once
#include <optional>

#include "options/field.h"
#include "probe/adapters.h"
#include "probe/coordinates.h"
#include "probe/factors.h"
#include "probe/identities.h"
#include "probe/sketch.h"
#include "probe/spectra.h"
#include "probe/updates.h"

namespace steepest::probe {

/// `probe`: each probe is a section of its own, which is absent unless the group `probe` chooses it: +probe=spectra, +probe=[spectra,updates].
struct ProbeOptions {
  std::optional<SpectraOptions> spectra;
  std::optional<UpdatesOptions> updates;
  std::optional<FactorsOptions> factors;
  std::optional<SketchOptions> sketch;
  std::optional<IdentitiesOptions> identities;
  std::optional<AdaptersOptions> adapters;
  std::optional<CoordinatesOptions> coordinates;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("spectra", spectra).help("singular values, stable rank and effective rank of every hidden matrix"));
    visit(field("updates", updates).help("how far a step moves every hidden matrix"));
    visit(field("factors", factors).help("norms of the factors of every low-rank matrix, and their gauge"));
    visit(field("sketch", sketch)
              .help("random projections of all hidden matrices together, by which the distance of two runs' weights is told"));
    visit(field("identities", identities)
              .help("how exactly what is stated of LoRA-Muon's step holds at this network's weights and gradients"));
    visit(field("adapters", adapters)
              .help("singular values and ranks of what is added to every low-rank matrix, and where it lies in W_pre"));
    visit(field("coordinates", coordinates)
              .help("sizes of activations, of updates of every hidden matrix and of the factors of every low-rank one"));
  }
};

}  // namespace steepest::probe
