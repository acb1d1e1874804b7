// study_document.h: one study of the page.
#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "results/study.h"
#include "store/reader.h"

namespace steepest::page {

/// What is a study's loss: the metric of its report where that has one, of a training the validation loss, of a flow the loss.
std::string metric_of(const results::Study& study, const nlohmann::json& definition);

/// What changes where a run of the study ends or changes its state, and not while runs go on: all numbers but `progress` and curves rest
/// on it.
std::string study_state(const store::Reader& reader, std::int64_t study, const std::string& scale);

/// `name`, `scale`, `title`, `report` (as `steepest report STUDY --format json` prints it, thinned; null with `why` where there is none),
/// `cells` (the statistic of that name), `curves` (of each loss, and each cell, the mean over its runs and the band between the lowest and
/// the highest), `runs`, `environments`, `figures` (drawn ones, where `figures` names a folder).
nlohmann::ordered_json study_document(const store::Reader& reader, const std::string& name, const std::string& scale,
                                      const std::filesystem::path& figures);

/// Counts of runs by status, `cells` and how many of them are `filled`, `done` (share of the operations), `seconds_left` (null: not
/// known), and `held`: of each run that a worker is at `run`, `cell`, `seed`, `step`, `steps` and its loss so far (`metric`, `at`,
/// `values`).
nlohmann::ordered_json progress_document(const store::Reader& reader, std::int64_t study, const std::string& scale);

}  // namespace steepest::page
