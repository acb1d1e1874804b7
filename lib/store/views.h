// views.h: the saved views, each a question that is often asked, by name.
#pragma once
#include <string>
#include <vector>

namespace steepest::store {

struct SavedView {
  std::string name;
  std::string meaning;  ///< of its rows
  std::string sql;      ///< that makes it
};

/// In the order in which they are listed.
const std::vector<SavedView>& saved_views();

}  // namespace steepest::store
