// guest.h: a database that is only read and must stay as it is, whatever its schema.
#pragma once
#include <filesystem>
#include <memory>

#include "store/database.h"

namespace steepest::store {

class Guest {
 public:
  /// Opens the file read-only, or, if its schema is older, a copy in the folder for temporary files, upgraded and removed again with
  /// this object. Throws InputError like Database.
  explicit Guest(const std::filesystem::path& path, const Renewal& renewal);
  ~Guest();
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;

  const Database& database() const { return *database_; }

 private:
  std::filesystem::path folder_;  ///< of the copy; empty: there is none
  std::unique_ptr<Database> database_;
};

}  // namespace steepest::store
