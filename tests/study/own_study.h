// own_study.h: the project's experiments with a study of our own beside them.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "hydra/temporary_tree.h"
#include "study/study.h"

namespace steepest::study {

inline const std::string kExperiments = std::string(STEEPEST_SOURCE_DIR) + "/experiments";

/// The project's own configuration with a study of our own.
class StudyFile : public testing::Test {
 protected:
  Study load_text(const std::string& text, const std::string& scale = "quick", const std::vector<std::string>& overrides = {}) {
    std::filesystem::copy(kExperiments, tree_.path(),
                          std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
    std::ofstream(tree_.path() / "study" / "mine.yaml") << text;
    return load_study(hydra::Composer(tree_.path()), "mine", scale, overrides);
  }
  options::InputError::Parts complaint(const std::string& text, const std::string& scale = "quick",
                                       const std::vector<std::string>& overrides = {}) {
    try {
      load_text(text, scale, overrides);
    } catch (const options::InputError& error) { return error.parts(); }
    ADD_FAILURE() << "accepted";
    return {};
  }
  hydra::TemporaryTree tree_{hydra::Files{}};
};

}  // namespace steepest::study
