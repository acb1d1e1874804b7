// patience.h: how long a lock of another program is waited for.
#pragma once
#include <chrono>

#include "options/error.h"
#include "store/reader.h"

namespace steepest::store {

inline constexpr std::chrono::milliseconds kPatience{10000};

/// Another program held the file locked for longer than was waited for. Nothing was written; the same call may succeed later.
class BusyError : public options::InputError {
 public:
  explicit BusyError(const options::InputError& error) : options::InputError(error) {}
};

/// Another patience than kPatience for a file, through whichever of its keys, as long as this lives.
class Patience {
 public:
  Patience(const Reader& file, std::chrono::milliseconds patience);
  ~Patience();
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;

 private:
  Reader file_;
  std::chrono::milliseconds before_;
};

}  // namespace steepest::store
