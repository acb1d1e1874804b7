// probe.cpp: see probe.h.
#include "probe/probe.h"

namespace steepest::probe {
namespace {

/// A visitor of ProbeOptions: makes each probe that is there.
struct Maker {
  std::vector<std::unique_ptr<Probe>> made;

  template <class Options>
  void operator()(const options::Field<std::optional<Options>>& field) {
    if (*field.value) made.push_back(make_probe(**field.value));
  }
};

}  // namespace

std::vector<std::unique_ptr<Probe>> make_probes(const ProbeOptions& options) {
  Maker maker;
  ProbeOptions(options).describe(maker);
  return std::move(maker.made);
}

}  // namespace steepest::probe
