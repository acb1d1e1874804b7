// every_instruction_set.h: the pieces that a test can run here.
#pragma once
#include <gtest/gtest.h>

#include "kernel/bfloat_products.h"
#include "kernel/pieces.h"

namespace steepest::kernel {

#ifdef STEEPEST_WIDE_PIECES
namespace wide {  // wide_pieces.cpp
template <class T>
const Pieces<T>& table();
const BfloatProducts& bfloats();
}  // namespace wide
#endif

/// Those of every instruction set that this processor has, and those of wider vectors made of its own.
template <class T, class Body>
void for_each_pieces(Body&& body) {
  for (const auto& name : instruction_sets()) {
    SCOPED_TRACE(name);
    body(pieces<T>(name), bfloat_products(name));
  }
#ifdef STEEPEST_WIDE_PIECES
  if (instruction_sets().front() == "baseline") return;
  SCOPED_TRACE("wide");
  body(wide::table<T>(), wide::bfloats());
#endif
}

}  // namespace steepest::kernel
