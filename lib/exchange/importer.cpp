// importer.cpp: see importer.h.
#include "exchange/importer.h"

namespace steepest::exchange {
namespace {

constexpr std::size_t kRowsAtOnce = 50'000;  // a fraction of a second, which other writers wait for
constexpr std::size_t kRunsAtOnce = 200;

/// Enough of a hash to tell two apart; words such as "diverged" stay whole.
std::string shortened(const std::string& result) { return result.size() == 64 ? result.substr(0, 12) : result; }

std::string difference(const store::RunRecord& record, const store::ImportedRun& imported) {
  const std::string there = record.parameter_hash.empty() ? store::to_string(record.status) : record.parameter_hash;
  return "run " + std::to_string(imported.run) + " (" + record.identity.substr(0, 12) + ", seed " + std::to_string(record.seed) +
         ") ended differently there: " + shortened(there) + ", here " + shortened(imported.here) + "; the result here stays";
}

}  // namespace

void Importer::study(const store::StudyRecord& record) {
  Study& study = studies_[record.name];
  if (const auto id = planner_.study_id(record.name)) {
    study = {*id, planner_.study_definition(*id) == record.definition, false};
  } else {
    study.fresh = true;
    new_studies_.push_back(record);
  }
}

void Importer::run(store::RunRecord&& record) {
  pending_rows_ += record.metrics.size() + record.spectra.size();
  pending_.push_back(std::move(record));
  if (pending_rows_ >= kRowsAtOnce || pending_.size() >= kRunsAtOnce) write_pending();
}

Received Importer::finish() {
  write_pending();
  return received_;
}

void Importer::write_pending() {
  planner_.transaction([&] {
    for (const auto& study : new_studies_) {
      studies_[study.name].id = planner_.put_study(study.name, study.title, study.definition);
      ++received_.studies;
    }
    for (const auto& record : pending_) {
      const auto imported = store::import_run(planner_, record);
      switch (imported.what) {
        case store::Imported::added: ++received_.added; break;
        case store::Imported::replaced: ++received_.replaced; break;
        case store::Imported::present: ++received_.present; break;
        case store::Imported::differs: received_.findings.push_back(difference(record, imported)); break;
        case store::Imported::held:
          received_.findings.push_back("run " + std::to_string(imported.run) + " (" + record.identity.substr(0, 12) +
                                       ") is held by a worker here and was left alone");
          break;
      }
      tie(imported.run, record);
    }
  });
  new_studies_.clear();
  pending_.clear();
  pending_rows_ = 0;
}

void Importer::tie(std::int64_t run, const store::RunRecord& record) {
  std::set<std::string> untied;
  for (const auto& tie : record.ties) {
    const Study& study = studies_.at(tie.study);
    if (study.fresh || (study.same && has_place(study, tie, record, run))) store::import_tie(planner_, study.id, run, tie);
    else untied.insert(tie.study);
  }
  for (const auto& study : untied) ++received_.untied[study];
}

/// Two runs in one place would count a seed twice in the study's statistics; runs of two configurations would have a mean of nothing.
bool Importer::has_place(const Study& study, const store::TieRecord& tie, const store::RunRecord& record, std::int64_t run) {
  const auto [cells, fresh] = cells_.try_emplace(std::pair(study.id, tie.scale));
  if (fresh) {
    for (const auto& here : planner_.runs(study.id, tie.scale)) {
      auto& cell = cells->second[here.cell.dump()];
      if (cell.seeds.empty()) cell.stands_for = here.family;
      cell.seeds[here.seed] = here.id;
    }
  }
  auto& cell = cells->second[tie.cell.dump()];
  if (cell.seeds.empty()) cell.stands_for = record.family;
  return cell.stands_for == record.family && cell.seeds.try_emplace(record.seed, run).first->second == run;
}

}  // namespace steepest::exchange
