// pieces_baseline.cpp: the pieces for every processor of this architecture.
namespace steepest::kernel::baseline {
inline constexpr long kVectorBytes = 16;
}
#define STEEPEST_ISA baseline
#include "kernel/pieces_table.h"
