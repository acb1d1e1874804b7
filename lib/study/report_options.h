// report_options.h: the keys of a study's `report` section, one struct a kind. Plain, so that a study is refused before it runs.
#pragma once
#include <limits>
#include <string>
#include <vector>

#include "options/field.h"

namespace steepest::study {

struct BestRateOptions {
  static constexpr const char* kName = "best_rate";
  std::string metric = "validation_loss", row = "model.rank", rate = "optimizer.learning_rate", baseline = "dense";
  std::vector<std::string> proxy;
  double basin = 0;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("metric", metric).help("what is judged, by its last value"));
    visit(field("row", row).help("the swept key whose values are the rows"));
    visit(field("rate", rate).help("the swept key whose best value is looked for"));
    visit(field("baseline", baseline).help("the row whose best rate the others take over"));
    visit(field("proxy", proxy)
              .help("KEY=VALUE: instead, each row takes over the rate of the row that has these values in place of its own"));
    visit(field("basin", basin).at_least(0).help("also the range of rates whose loss lies within so much of the best; 0: not asked"));
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
  std::vector<double> rate_window = {0.2, 0.8}, fractions = {0.5, 0.9, 0.95, 0.99};
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
    visit(field("fractions", fractions)
              .above(0)
              .below(1)
              .unit("sigma")
              .help("further parts of its singular value whose times are told, as JSON"));
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

struct SummaryOptions {
  static constexpr const char* kName = "summary";
  std::vector<std::string> metrics = {"validation_loss"};

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("metrics", metrics)
              .help("METRIC[:OF_ITS_CURVE[:OF_SEVERAL]]: its last, first, lowest or highest value (last), and where METRIC has a * of "
                    "those that "
                    "fit the mean, median, lowest or highest (mean)"));
  }
};

struct RateSpreadOptions {
  static constexpr const char* kName = "rate_spread";
  std::vector<double> margins = {0.1, 0.2, 0.5};
  double from = 0.1;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("margins", margins)
              .above(0)
              .unit("singular values of A B")
              .help("epsilon: a mode counts as active while it is at least so far below its singular value"));
    visit(field("from", from).at_least(0).unit("time").help("tau: the end of the burn-in, before which nothing is judged"));
  }
};

struct TailOptions {
  static constexpr const char* kName = "tail";
  std::string metric = "loss";
  double from = 1e-6, to = 1e-24;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("metric", metric).help("what falls towards 0"));
    visit(field("from", from).above(0).below(1).help("the tail begins where it has fallen to this part of its first value"));
    visit(field("to", to).above(0).below(1).help("and ends where it has fallen to this part, above what rounding leaves"));
  }
};

struct SpectraReportOptions {
  static constexpr const char* kName = "spectra";
  std::string metric = "validation_loss", matrices = "*";
  std::vector<double> window = {0, 1};

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("metric", metric).help("what stands beside, by its last value"));
    visit(field("matrices", matrices).help("whose singular values are judged: a pattern with * and ? for any text and any letter"));
    visit(field("window", window).at_least(0).unit("run").help("the part of each run's steps over which growth is taken"));
  }
};

struct CoordinateCheckOptions {
  static constexpr const char* kName = "coordinate_check";
  std::string size = "model.width";
  std::vector<std::string> metrics = {"activation_rms.*", "update_rms.*", "update_operator_norm.*", "factor_rms_A.*", "factor_rms_B.*"};
  double tolerance = 0.1;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("size", size).help("the swept key, of numbers above 0, along which sizes are compared"));
    visit(
        field("metrics", metrics).help("what is compared, at every step at which it was recorded: names, or patterns with * for any text"));
    visit(field("tolerance", tolerance)
              .above(0)
              .unit("power of the size")
              .help("flat: the whole interval of the slope lies within so much of 0; not flat: none of it does"));
  }
};

struct StepsToTargetOptions {
  static constexpr const char* kName = "steps_to_target";
  std::string metric = "validation_loss";
  double target = std::numeric_limits<double>::quiet_NaN(), level = 0.01, deviation = 0;
  std::vector<std::string> against;

  template <class Visitor>
  void describe(Visitor& visit) {
    using options::field;
    visit(field("metric", metric).help("what is to reach the target, from above"));
    visit(field("target", target).help("the value that counts as reached, itself and below"));
    visit(field("level", level).above(0).below(1).help("the mean is below the target where p is below this"));
    visit(field("deviation", deviation)
              .at_least(0)
              .help("standard deviation of the metric between seeds, where it is known; 0: it is not, and comes from the seeds (t-test)"));
    visit(field("against", against).help("KEY=VALUE: each cell is compared with the one that has these values instead of its own"));
  }
};

/// From when to when.
inline bool is_window(const std::vector<double>& times) { return times.size() == 2 && times[0] < times[1]; }

/// From which part of a whole to which.
inline bool is_part(const std::vector<double>& parts) { return is_window(parts) && parts[0] >= 0 && parts[1] <= 1; }

/// Keys of the section beside those of its kind: what kind it is, and a paper's figures.
inline const std::vector<std::string> kReportKeys = {"kind", "reference"};

}  // namespace steepest::study
