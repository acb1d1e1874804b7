// pieces_avx512.cpp: the pieces for processors with AVX-512.
namespace steepest::kernel::avx512 {
inline constexpr long kVectorBytes = 64;
}
#define STEEPEST_ISA avx512
#include "kernel/pieces_table.h"
