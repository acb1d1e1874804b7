// page_parts.cpp: see page_parts.h.
#include "page_parts.h"

#include <cstdlib>

namespace steepest::app {

std::optional<page::Library> page_library(const Session& session) {
  const char* named = std::getenv("STEEPEST_PAGE_LIBRARY");
  if (named != nullptr && *named != '\0') return page::find_library({named});
  return page::find_library({session.root() / ".setup" / "page", executable_directory().parent_path() / "share" / "steepest" / "page"});
}

std::filesystem::path drawn_figures(const Session& session) { return session.root() / "results" / "figures"; }

std::string page_title(const std::string& study) { return study.empty() ? "steepest: studies and claims" : "steepest: " + study; }

}  // namespace steepest::app
