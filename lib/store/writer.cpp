// writer.cpp: see writer.h.
#include "store/writer.h"

#include "store/connection.h"

namespace steepest::store {

void Writer::transaction(const std::function<void()>& body) { connection().write(body); }

}  // namespace steepest::store
