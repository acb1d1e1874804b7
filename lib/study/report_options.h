// report_options.h: the keys of a study's `report` section, one struct a kind. Plain, so that a study is refused before it runs.
#pragma once
#include <string>
#include <vector>

#include "options/field.h"

namespace steepest::study {

struct BestRateOptions {
  static constexpr const char* kName = "best_rate";
  std::string metric = "validation_loss", row = "model.rank", rate = "optimizer.learning_rate", baseline = "dense";
  std::vector<std::string> proxy;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("metric", metric).help("what is judged, by its last value"));
    visit(field("row", row).help("the swept key whose values are the rows"));
    visit(field("rate", rate).help("the swept key whose best value is looked for"));
    visit(field("baseline", baseline).help("the row whose best rate the others take over"));
    visit(field("proxy", proxy)
              .help("KEY=VALUE: instead, each row takes over the rate of the row that has these values in place of its own"));
  }
};

struct PairedShiftOptions {
  static constexpr const char* kName = "paired_shift";
  std::string metric = "validation_loss", row = "optimizer", shift;
  double baseline = 1;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("metric", metric).help("what is judged, by its last value"));
    visit(field("row", row).help("the swept key whose values are the rows"));
    visit(field("shift", shift).help("the swept key whose change is judged"));
    visit(field("baseline", baseline).help("its value that the others are compared with"));
  }
};

struct ModeArrivalOptions {
  static constexpr const char* kName = "mode_arrival";
  std::vector<double> rate_window = {0.2, 0.8};
  double fraction = 0.95;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("rate_window", rate_window).at_least(0).unit("time").help("from when to when the slope of sqrt(d) is taken"));
    visit(field("fraction", fraction)
              .above(0)
              .below(1)
              .unit("sigma")
              .help("a mode has arrived when it has grown to this part of its singular value"));
  }
};

struct CostCurveOptions {
  static constexpr const char* kName = "cost_curve";
  std::string metric = "validation_loss", row = "model.rank", baseline = "dense";

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("metric", metric).help("what is judged, by its last value"));
    visit(field("row", row).help("the swept key whose values are the curves"));
    visit(field("baseline", baseline).help("the curve that the others are compared with"));
  }
};

/// From when to when.
inline bool is_window(const std::vector<double>& times) { return times.size() == 2 && times[0] < times[1]; }

/// Keys of the section beside those of its kind: what kind it is, and a paper's figures.
inline const std::vector<std::string> kReportKeys = {"kind", "reference"};

}  // namespace steepest::study
