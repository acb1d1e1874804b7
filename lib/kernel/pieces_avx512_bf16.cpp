// pieces_avx512_bf16.cpp: the pieces for processors with AVX-512 and its products of bfloat16.
namespace steepest::kernel::avx512_bf16 {
inline constexpr long kVectorBytes = 64;
}
#define STEEPEST_ISA avx512_bf16
#define STEEPEST_MULTIPLIES_BFLOAT
#include "kernel/pieces_table.h"
