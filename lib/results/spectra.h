// spectra.h: the statistic `spectra`: how uniformly the singular values of matrices grow while a network is trained.
#pragma once
#include <string>
#include <vector>

#include "results/statistic.h"
#include "study/report_options.h"

namespace steepest::results {

/// The singular values of one matrix in one run, at each step at which the run was looked at.
struct SpectrumCourse {
  std::int64_t run, seed;
  Spectrum spectrum;
};

/// One matrix of a cell, over the cell's completed runs. A growth is the slope of a singular value against steps, by least squares over the
/// window.
struct MatrixSpectra {
  std::string matrix;
  Statistic effective_rank;  ///< at the end: exp of the entropy of the singular values over their sum (Roy and Vetterli 2007)
  Statistic rank_share;      ///< that over the number of singular values: 1 where all are equal
  Statistic growth_ratio;    ///< largest growth over the smallest; left out where one does not grow
  Statistic growth_spread;   ///< largest growth less the smallest, over their mean
  std::vector<SpectrumCourse> courses;
};

/// One cell: over its matrices, by each seed.
struct SpectraRow {
  const Cell* cell;  ///< of the study, which must outlive this
  Counts counts;
  Statistic level;  ///< of the metric
  Statistic median_share, lowest_share;
  Statistic median_spread, highest_spread;
  std::vector<MatrixSpectra> matrices;  ///< by name
};

struct Spectra {
  study::SpectraReportOptions asked;
  std::vector<SpectraRow> rows;
};

/// A row a cell. Source: arXiv 2602.06385, Section 3. Throws options::InputError (key `window`) for a window that is none, (key `matrices`)
/// where no completed run has recorded such a matrix.
Spectra spectra(const Study& study, const study::SpectraReportOptions& asked);

/// exp of the entropy of `values` over their sum; not a number where they are all 0.
double effective_rank(const std::vector<double>& values);

}  // namespace steepest::results
