// override_functions.h: the functions of Hydra's override grammar: choice, range, interval, sort, shuffle, glob, tag and the casts.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "hydra/override_grammar.h"

namespace steepest::hydra {

struct FunctionCall {
  std::string line;  ///< the override that it stands in
  std::string name;
  std::vector<Value> positional;
  std::vector<std::pair<std::string, Value>> named;
};

/// Throws InputError with the problem alone; the caller adds the override it stands in.
Value call_function(FunctionCall call);

}  // namespace steepest::hydra
