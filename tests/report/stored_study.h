// stored_study.h: a made study and its report.
#pragma once
#include "report/report.h"
#include "results/made_study.h"

namespace steepest::report {

class StoredStudy : public results::MadeStudy {
 protected:
  Report report(const nlohmann::json& section) const {
    return build_report({database_, study_, "small", "quick", {{"title", "A small study"}, {"report", section}}});
  }
  static nlohmann::json rows(const Report& report) { return nlohmann::json::parse(render(report, Format::json, true)).at("rows"); }
};

}  // namespace steepest::report
