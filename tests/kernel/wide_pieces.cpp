// wide_pieces.cpp: the pieces with the vectors of AVX-512, made of AVX2's: what is compiled for processors that the tests do not run on reads the
// same, but for its instructions.
namespace steepest::kernel::wide {
inline constexpr long kVectorBytes = 64;
}
#define STEEPEST_ISA wide
#define STEEPEST_TWO_REGISTERS
#include "kernel/pieces_table.h"
