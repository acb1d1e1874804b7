// dispatch.cpp: which pieces this processor can have.
#include <algorithm>
#include <stdexcept>

#include "kernel/pieces.h"

namespace steepest::kernel {

namespace baseline {
template <class T>
const Pieces<T>& table();
}
#ifdef STEEPEST_X86
namespace avx2 {
template <class T>
const Pieces<T>& table();
}
namespace avx512 {
template <class T>
const Pieces<T>& table();
}
#endif

std::vector<std::string> instruction_sets() {
  std::vector<std::string> names;
#ifdef STEEPEST_X86
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    names.push_back("avx512");
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) names.push_back("avx2");
#endif
  names.push_back("baseline");
  return names;
}

template <class T>
const Pieces<T>& pieces(const std::string& instruction_set) {
  const auto names = instruction_sets();
  if (std::find(names.begin(), names.end(), instruction_set) == names.end()) {
    throw std::invalid_argument("this processor or this build has no pieces for " + instruction_set);
  }
#ifdef STEEPEST_X86
  if (instruction_set == "avx512") return avx512::table<T>();
  if (instruction_set == "avx2") return avx2::table<T>();
#endif
  return baseline::table<T>();
}

template const Pieces<float>& pieces<float>(const std::string&);
template const Pieces<double>& pieces<double>(const std::string&);

}  // namespace steepest::kernel
