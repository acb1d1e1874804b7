// pieces_avx2.cpp: the pieces for processors with AVX2 and FMA.
namespace steepest::kernel::avx2 {
inline constexpr long kVectorBytes = 32;
}
#define STEEPEST_ISA avx2
#include "kernel/pieces_table.h"
