// whole_file.h: a file with every key to it in one hand, for tests that play planner, worker and reader at once.
#pragma once
#include "store/file.h"

namespace steepest::store::testing {

class WholeFile {
 public:
  explicit WholeFile(const std::filesystem::path& path, Access access = Access::upgrade, const Renewal& renewal = {})
      : file_(path, access, renewal) {}

  operator Reader() const { return reader; }
  operator Planner() const { return planner; }
  operator Queue() const { return queue; }
  operator Recorder() const { return recorder; }
  operator Remover() const { return remover; }

 private:
  WritableFile file_;

 public:
  Reader reader = file_.reader();
  Planner planner = file_.planner();
  Queue queue = file_.queue();
  Recorder recorder = file_.recorder();
  Remover remover = file_.remover();
};

}  // namespace steepest::store::testing
