// thin.h: a report's JSON in fewer numbers: what a figure of some hundred pixels shows, and no more.
#pragma once
#include <cstddef>
#include <nlohmann/json.hpp>

namespace steepest::page {

/// Numbers of all courses together that a report keeps.
inline constexpr std::size_t kCourseNumbers = 60'000;

/// A course is an object in an array `courses`: lists of equal length over times or steps, and spectra, a list at each of them.
/// Of each course so many points are kept, evenly spread and the first and last among them, that all courses together have about `most`
/// numbers, eight points at least; of a spectrum so many values at each, whose places `positions` says. What is kept is rounded to five
/// digits. Numbers over seeds lose how their interval was drawn (`method`, `bootstrap_seed`), which is the same for all; nothing else is
/// changed.
void thin(nlohmann::ordered_json& report, std::size_t most = kCourseNumbers);

/// Cells say the values of all that a study sweeps, and are said wherever a number belongs to one. Each is put once into `cell_list`, and
/// what says it under the key `cell`, as an object or as its text, gets its place there.
void share_cells(nlohmann::ordered_json& study);

/// To so many significant digits.
double rounded(double value, int digits = 5);

}  // namespace steepest::page
