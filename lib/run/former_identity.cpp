// former_identity.cpp: see former_identity.h.
#include "run/former_identity.h"

#include "digest/sha256.h"
#include "options/error.h"
#include "run/identity.h"
#include "run/numerics.h"

namespace steepest::run {
namespace {

using nlohmann::json;

/// Up to this version only the address of the run's own corpus was left out.
constexpr int kLastWithAddresses = 3;

/// Everything changed with version 2; with 3 only products in bfloat16 under one LibTorch, which no stored run had; with 4 see below.
constexpr int kFirstThatLasts = 2, kLastOfOldLoraMuon = 3;

void leave_out_addresses(json& tree) {
  if (!tree.is_object()) return;
  tree.erase("url");
  for (auto& part : tree) leave_out_addresses(part);
}

/// Text that a run read without its checksum being known may be another by now.
bool is_known(const data::DataOptions& data) { return data.name == "synthetic" || !data.sha256.empty(); }

bool is_lora_muon(const optim::AnyOptions& options) { return std::holds_alternative<optim::LoraMuonOptions>(options); }

bool lasts(const TrainingRun& run, int version) {
  const auto* base = run.base ? std::get_if<TrainedBase>(&*run.base) : nullptr;
  if (!is_known(run.data) || (base && !is_known(base->data))) return false;
  if (version > kLastOfOldLoraMuon) return true;
  const bool by_lora_muon = base && (is_lora_muon(base->optimizer) || is_lora_muon(base->embedding_optimizer));
  return !by_lora_muon && !is_lora_muon(run.optimizer) && !is_lora_muon(run.embedding_optimizer) &&
         model::start_of_factors(run.model) != "spectral";
}
template <class Other>
bool lasts(const Other&, int) {
  return true;
}

std::optional<double> counted(const AnyRun& run) {
  const auto* training = std::get_if<TrainingRun>(&run);
  if (training && training->data.vocabulary == 0) return {};  // not yet part of a configuration up to version 3
  return flops(run);
}

/// Versions of components began with 1 when the suite had its last one.
json first_versions(const AnyRun& run) {
  json versions = json::object();
  for (const Component& part : components(run)) versions[part.name] = 1;
  return versions;
}

std::optional<AnyRun> readable(const json& config) {
  try {
    return read_run(config, options::Absent::neutral);
  } catch (const options::InputError&) { return {}; }
}

}  // namespace

std::string former_identity(const json& config, int version) {
  json relevant = config;
  if (version > kLastWithAddresses) leave_out_addresses(relevant);
  else if (relevant.contains("data")) relevant["data"].erase("url");
  if (relevant.contains("device") && relevant["device"].is_string()) {
    const std::string device = relevant["device"].get<std::string>();
    relevant["device"] = device.substr(0, device.find(':'));
  }
  return digest::sha256(canonical_json({{"config", relevant}, {"numerics_version", version}}));
}

Renewed renewed(const std::string& identity, const json& config, int version) {
  const auto run = readable(config);
  const bool stays = run && version >= kFirstThatLasts && version <= kLastSuiteVersion &&
                     std::visit([&](const auto& chosen) { return lasts(chosen, version); }, *run);
  const Observations observed = run ? observations(*run) : Observations();
  if (stays) {
    const json versions = first_versions(*run);
    return {run::identity(*run, versions), identity_but_for_seed(*run, versions), versions, observed, counted(*run)};
  }
  json but_for_seed = config;
  but_for_seed.erase("seed");
  return {identity, former_identity(but_for_seed, version), numerics_of_suite(version), observed, {}};
}

}  // namespace steepest::run
