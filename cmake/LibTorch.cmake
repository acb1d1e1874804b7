# LibTorch.cmake: finds LibTorch in the order that setup/libtorch.sh states, prints the choice, and makes it the target steepest::torch.
set(STEEPEST_LIBTORCH_FLAGS "" CACHE STRING "--distribution: the distribution's libtorch-dev alone; --cuda: one for CUDA alone")
execute_process(
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/setup/libtorch.sh ${STEEPEST_LIBTORCH_FLAGS}
  OUTPUT_VARIABLE STEEPEST_LIBTORCH_PREFIX ERROR_VARIABLE reason RESULT_VARIABLE status OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${reason}")
endif()
string(STRIP "${reason}" reason)
message(STATUS "${reason}")

include(LibTorchTarget)
steepest_libtorch_target(${STEEPEST_LIBTORCH_PREFIX} problem STEEPEST_LIBTORCH_VERSION)
if(problem)
  message(FATAL_ERROR "LibTorch: ${problem}")
endif()
