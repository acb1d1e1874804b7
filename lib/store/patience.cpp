// patience.cpp: see patience.h.
#include "store/patience.h"

#include "store/connection.h"

namespace steepest::store {

Patience::Patience(const Reader& file, std::chrono::milliseconds patience) : file_(file), before_(file.connection().patience()) {
  file_.connection().set_patience(patience);
}

Patience::~Patience() { file_.connection().set_patience(before_); }

}  // namespace steepest::store
