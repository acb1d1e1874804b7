// view_query.h: the rows of a saved view or a table, by its name and a few filters.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "store/reader.h"

namespace steepest::store {

struct ViewFilter {
  std::string study, scale;  ///< empty: all
  std::optional<std::int64_t> run;
  std::optional<std::int64_t> limit;  ///< rows at most
  bool none() const { return study.empty() && scale.empty() && !run && !limit; }
};

/// Whether `text` can only be meant as a name: one word of letters, digits and underscores. SQL has several.
bool is_one_name(const std::string& text);

/// The query behind `name`. A view without a column for a filter is filtered by the runs of the study, where its rows belong to runs.
/// Throws options::InputError for a name, study, scale or run that is not there, and for a filter that does not apply.
std::string view_sql(const Reader& reader, const std::string& name, const ViewFilter& filter);

}  // namespace steepest::store
