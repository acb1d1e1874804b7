// views.h: the saved views, each a question that is often asked, by name.
#pragma once
#include <string>
#include <vector>

namespace steepest::store {

/// A view of the schema: its name, and what its rows say.
struct SavedView { std::string name, meaning; };

/// In the order in which they are listed.
const std::vector<SavedView>& saved_views();

/// The SQL that makes them, with the indexes that they need; part of the step to version 2.
extern const char* const kViewsOfVersion2;

}  // namespace steepest::store
