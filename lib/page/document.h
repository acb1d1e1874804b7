// document.h: what the page shows, as JSON: what `steepest claims` and `steepest report` print, with curves and lists of runs beside it.
#pragma once
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "hydra/composer.h"
#include "store/reader.h"

namespace steepest::page {

struct Asked {
  std::vector<std::string> studies = {};  ///< by name, each of which must be there; empty: all that have runs
  std::string scale = {};                 ///< empty: of each study the one planned last
  std::filesystem::path figures = {};     ///< where analysis/ has drawn figures, which stand in for the plotting library; empty: not wanted
};

/// Makes documents of one file; of a study in which no run has ended or changed its state since the last one nothing anew but its progress.
class Documents {
 public:
  explicit Documents(Asked asked) : asked_(std::move(asked)) {}

  /// `state`, `claims`, as `steepest claims --format json` prints them, and `studies`, see study_document.h, each with its `progress`.
  /// docs/database.md has the keys. Throws InputError for a study that is not there, and where none has runs.
  nlohmann::ordered_json document(const store::Reader& reader, const hydra::Composer& composer);
  /// `state`, as in the document, which is another one where that would say something else; and `progress` of its studies, in their order.
  nlohmann::ordered_json progress(const store::Reader& reader) const;

 private:
  struct Known {
    std::string state;
    nlohmann::ordered_json json;
  };
  nlohmann::ordered_json claims(const store::Reader& reader, const hydra::Composer& composer) const;

  Asked asked_;
  std::map<std::string, Known> known_;  ///< by study and scale
};

}  // namespace steepest::page
