// report_section.cpp: see report_section.h.
#include "study/report_section.h"

#include "options/error.h"
#include "options/json.h"
#include "options/valid_text.h"
#include "study/file_error.h"
#include "study/report_options.h"

namespace steepest::study {
namespace {

using options::InputError;

/// The keys of a kind of report. A baseline may be a number, such as a rank.
template <class Options>
Options read_report_of(nlohmann::json keys) {
  if (const auto baseline = keys.find("baseline");
      std::is_same_v<Options, BestRateOptions> && baseline != keys.end() && baseline->is_number()) {
    *baseline = baseline->dump();
  }
  return options::from_json<Options>(keys, "report", kReportKeys);
}

/// The same; complaints lead to where the key stands.
template <class Options>
Options check_report_of(const hydra::Node& section) {
  try {
    return read_report_of<Options>(section.to_json());
  } catch (const InputError& error) {
    const std::string key = error.parts().key.substr(error.parts().key.rfind('.') + 1);
    const hydra::Node* at = section.find(key);
    const hydra::Source source = (at ? *at : section).origin.source();
    throw error.at(source.file, source.line, source.column);
  }
}

template <class Options>
void check_plain(const hydra::Node& section) {
  check_report_of<Options>(section);
}

void check_shift(const hydra::Node& section) {
  if (!section.find("shift")) fail(section, "report.shift", "this key is missing", "the swept key whose change is judged");
  check_report_of<PairedShiftOptions>(section);
}

void check_target(const hydra::Node& section) {
  if (!section.find("target")) fail(section, "report.target", "this key is missing", "the value that the metric is to reach, a number");
  check_report_of<StepsToTargetOptions>(section);
}

void check_arrival(const hydra::Node& section) {
  const bool fits = is_window(check_report_of<ModeArrivalOptions>(section).rate_window);
  if (const hydra::Node* window = section.find("rate_window"); window && !fits)
    fail(*window, "report.rate_window", "found " + options::quoted(window->to_json()), "a list of two numbers, the smaller first");
}

void check_spectra(const hydra::Node& section) {
  const auto asked = check_report_of<SpectraReportOptions>(section).window;
  if (const hydra::Node* window = section.find("window"); window && !is_part(asked))
    fail(*window, "report.window", "found " + options::quoted(window->to_json()), "a list of two numbers from 0 to 1, the smaller first");
}

struct Kind {
  const char* name;
  void (*check)(const hydra::Node& section);
};
constexpr Kind kKinds[] = {{BestRateOptions::kName, check_plain<BestRateOptions>},
                           {PairedShiftOptions::kName, check_shift},
                           {CostCurveOptions::kName, check_plain<CostCurveOptions>},
                           {ModeArrivalOptions::kName, check_arrival},
                           {SummaryOptions::kName, check_plain<SummaryOptions>},
                           {RateSpreadOptions::kName, check_plain<RateSpreadOptions>},
                           {TailOptions::kName, check_plain<TailOptions>},
                           {SpectraReportOptions::kName, check_spectra},
                           {CoordinateCheckOptions::kName, check_plain<CoordinateCheckOptions>},
                           {StepsToTargetOptions::kName, check_target}};

}  // namespace

std::optional<BestRateOptions> best_rate_report(const nlohmann::json& definition) {
  const auto report = definition.find("report");
  if (report == definition.end() || report->value("kind", "") != BestRateOptions::kName) return {};
  return read_report_of<BestRateOptions>(*report);
}

void check_report_section(const hydra::Node& section) {
  check_keys(section, "report", section.keys());
  std::vector<std::string> kinds;
  for (const auto& known : kKinds) kinds.push_back(known.name);
  const hydra::Node* kind = section.find("kind");
  if (!kind) fail(section, "report.kind", "this key is missing", options::one_of_text(kinds));
  const std::string name = kind->is_string() ? kind->text() : "";
  for (const auto& known : kKinds) {
    if (name == known.name) return known.check(section);
  }
  fail(*kind, "report.kind", "found " + options::quoted(kind->to_json()), options::one_of_text(kinds), options::nearest_name(name, kinds));
}

}  // namespace steepest::study
