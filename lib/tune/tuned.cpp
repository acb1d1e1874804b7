// tuned.cpp: see tuned.h.
#include "tune/tuned.h"

#include <algorithm>

#include "options/error.h"
#include "study/report_section.h"

namespace steepest::tune {
namespace {

/// FLOPs, or seconds, of all runs of a row.
double sum(const results::SweepRow& row, double results::Run::*cost) {
  double all = 0;
  for (const auto& cell : row.cells) {
    for (const auto& run : cell.cell->runs) all += run.*cost;
  }
  return all;
}

std::vector<double> rates_of(const results::SweepRow& row) {
  std::vector<double> rates;
  for (const auto& cell : row.cells) rates.push_back(cell.rate);
  return rates;
}

}  // namespace

std::vector<double> Tuned::neighbours() const {
  const auto best = std::find(rates.begin(), rates.end(), choice.rate);
  const auto from = best == rates.begin() ? best : std::prev(best), to = std::next(best) == rates.end() ? best : std::next(best);
  return {from, std::next(to)};
}

std::optional<Tuned> tuned(const store::Reader& reader, const ProxyStudy& proxy) {
  const auto id = reader.study_id(proxy.study.name);
  if (!id) return {};
  const auto study = results::load(reader, *id, proxy.study.scale);
  const auto asked = *study::best_rate_report(proxy.study.definition);
  const auto found = results::best_rate(study, asked);
  const auto is_dense = [&](const results::RateRow& row) { return row.row.value == proxy.dense.cell.at(asked.row); };
  const auto dense = std::find_if(found.rows.begin(), found.rows.end(), is_dense);
  const auto own = std::find_if_not(found.rows.begin(), found.rows.end(), is_dense);
  if (own == found.rows.end() || !own->best) return {};
  Tuned result{*own->best,
               rates_of(own->row),
               own->row.counts().runs,
               sum(own->row, &results::Run::flops),
               sum(own->row, &results::Run::seconds),
               proxy.dense.flops * static_cast<double>(own->row.counts().runs),
               {}};
  if (dense != found.rows.end() && dense->regret)
    result.verified =
        Verified{rates_of(dense->row), *dense->regret, sum(dense->row, &results::Run::flops), sum(dense->row, &results::Run::seconds)};
  return result;
}

}  // namespace steepest::tune
