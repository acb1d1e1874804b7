// received.h: what `import` and `merge` say at the end.
#pragma once
#include <string>

#include "exchange/importer.h"
#include "session.h"

namespace steepest::app {

/// "40 runs from FILE: 38 new, ..." with the findings and what is left to do, line by line.
std::string received_text(const exchange::Received& received, const std::string& from, const Session& session);

}  // namespace steepest::app
