// fuzz_override.cpp: any text as one override. It is read or refused by an InputError, and every value that it has,
// spelled and read again, is the same.
#include <cstdint>

#include "hydra/override_grammar.h"
#include "hydra/sweeper.h"
#include "hydra/value_lexer.h"
#include "property.h"

namespace {

using namespace steepest;

void spelled_and_read(const nlohmann::json& value) {
  const std::string line = "key=" + hydra::spell(value);
  try {
    fuzz::demand_same(value, *hydra::parse_override(line).json(), line);
  } catch (const options::InputError& error) { fuzz::demand_same(value, error.what(), line); }
}

void read(const std::string& line) {
  const hydra::Override override = hydra::parse_override(line);
  if (!override.value || std::holds_alternative<hydra::Glob>(*override.value)) return;
  const auto values = hydra::make_axis(override, nullptr).values;
  if (values.size() > 200) return;  // a long range shows nothing that a short one does not
  for (const auto& value : values) spelled_and_read(*value.json());
  const auto combinations = hydra::expand_sweeps({override});
  fuzz::demand_same(combinations.size(), values.size(), line);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    read(std::string(reinterpret_cast<const char*>(data), size));
  } catch (const options::InputError&) {}
  return 0;
}
