// dispatch.cpp: which pieces this processor can have.
#include <algorithm>
#include <stdexcept>

#include "kernel/bfloat_products.h"
#include "kernel/pieces.h"

namespace steepest::kernel {

#define STEEPEST_INSTRUCTION_SET(name) \
  namespace name {                     \
  template <class T>                   \
  const Pieces<T>& table();            \
  const BfloatProducts& bfloats();     \
  }
STEEPEST_INSTRUCTION_SET(baseline)
#ifdef STEEPEST_X86
STEEPEST_INSTRUCTION_SET(avx2)
STEEPEST_INSTRUCTION_SET(avx512)
STEEPEST_INSTRUCTION_SET(avx512_bf16)
#endif

namespace {

struct InstructionSet {
  const char* name;
  bool is_there;
  const Pieces<float>& (*narrow)();
  const Pieces<double>& (*wide)();
  const BfloatProducts& (*bfloats)();
};

/// The best first.
const std::vector<InstructionSet>& all_sets() {
  static const std::vector<InstructionSet> kSets = [] {
    std::vector<InstructionSet> sets;
#ifdef STEEPEST_X86
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    sets.push_back({"avx512_bf16", avx512 && __builtin_cpu_supports("avx512bf16"), avx512_bf16::table<float>, avx512_bf16::table<double>,
                    avx512_bf16::bfloats});
    sets.push_back({"avx512", avx512, avx512::table<float>, avx512::table<double>, avx512::bfloats});
    sets.push_back({"avx2", avx2, avx2::table<float>, avx2::table<double>, avx2::bfloats});
#endif
    sets.push_back({"baseline", true, baseline::table<float>, baseline::table<double>, baseline::bfloats});
    return sets;
  }();
  return kSets;
}

const InstructionSet& named(const std::string& name) {
  for (const InstructionSet& set : all_sets()) {
    if (set.is_there && set.name == name) return set;
  }
  throw std::invalid_argument("this processor or this build has no pieces for " + name);
}

}  // namespace

std::vector<std::string> instruction_sets() {
  std::vector<std::string> names;
  for (const InstructionSet& set : all_sets()) {
    if (set.is_there) names.emplace_back(set.name);
  }
  return names;
}

template <>
const Pieces<float>& pieces<float>(const std::string& instruction_set) {
  return named(instruction_set).narrow();
}
template <>
const Pieces<double>& pieces<double>(const std::string& instruction_set) {
  return named(instruction_set).wide();
}

const BfloatProducts& bfloat_products(const std::string& instruction_set) { return named(instruction_set).bfloats(); }

}  // namespace steepest::kernel
