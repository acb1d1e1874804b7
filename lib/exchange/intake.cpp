// intake.cpp: see intake.h.
#include "exchange/intake.h"

namespace steepest::exchange {
namespace {

constexpr std::size_t kRowsAtOnce = 50'000;  // a fraction of a second, which other writers wait for
constexpr std::size_t kRunsAtOnce = 200;

/// Enough of a hash to tell two apart; words such as "diverged" stay whole.
std::string shortened(const std::string& result) { return result.size() == 64 ? result.substr(0, 12) : result; }

std::string difference(const store::RunRecord& record, const store::Arrived& arrived) {
  const std::string there = record.parameter_hash.empty() ? store::to_string(record.status) : record.parameter_hash;
  return "run " + std::to_string(arrived.run) + " (" + record.identity.substr(0, 12) + ", seed " + std::to_string(record.seed) +
         ") ended differently there: " + shortened(there) + ", here " + shortened(arrived.here) + "; the result here stays";
}

}  // namespace

void Intake::study(const store::StudyRecord& record) {
  Study& study = studies_[record.name];
  if (const auto id = database_.study_id(record.name)) {
    study = {*id, database_.study_definition(*id) == record.definition, false};
  } else {
    study.fresh = true;
    new_studies_.push_back(record);
  }
}

void Intake::run(store::RunRecord&& record) {
  pending_rows_ += record.metrics.size() + record.spectra.size();
  pending_.push_back(std::move(record));
  if (pending_rows_ >= kRowsAtOnce || pending_.size() >= kRunsAtOnce) write_pending();
}

Received Intake::finish() {
  write_pending();
  return received_;
}

void Intake::write_pending() {
  database_.transaction([&] {
    for (const auto& study : new_studies_) {
      studies_[study.name].id = database_.put_study(study.name, study.title, study.definition);
      ++received_.studies;
    }
    for (const auto& record : pending_) {
      const auto arrived = store::put_record(database_, record);
      switch (arrived.arrival) {
        case store::Arrival::added: ++received_.added; break;
        case store::Arrival::replaced: ++received_.replaced; break;
        case store::Arrival::present: ++received_.present; break;
        case store::Arrival::differs: received_.findings.push_back(difference(record, arrived)); break;
        case store::Arrival::held:
          received_.findings.push_back("run " + std::to_string(arrived.run) + " (" + record.identity.substr(0, 12) +
                                       ") is held by a worker here and was left alone");
          break;
      }
      tie(arrived.run, record);
    }
  });
  new_studies_.clear();
  pending_.clear();
  pending_rows_ = 0;
}

void Intake::tie(std::int64_t run, const store::RunRecord& record) {
  std::set<std::string> untied;
  for (const auto& tie : record.ties) {
    const Study& study = studies_.at(tie.study);
    if (study.fresh || (study.same && has_place(study, tie, record, run))) store::put_tie(database_, study.id, run, tie);
    else untied.insert(tie.study);
  }
  for (const auto& study : untied) ++received_.untied[study];
}

/// Two runs in one place would count a seed twice in the study's statistics; runs of two configurations would have a mean of nothing.
bool Intake::has_place(const Study& study, const store::TieRecord& tie, const store::RunRecord& record, std::int64_t run) {
  const auto [cells, fresh] = cells_.try_emplace(std::pair(study.id, tie.scale));
  if (fresh) {
    for (const auto& here : database_.runs(study.id, tie.scale)) {
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
