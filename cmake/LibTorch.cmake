# LibTorch.cmake: finds LibTorch in the order that setup/libtorch.sh states, prints the choice, and wraps it as the target
# steepest_torch with the warnings of its headers silenced.
set(STEEPEST_LIBTORCH_FLAGS "" CACHE STRING "--distribution: the distribution's libtorch-dev alone")
execute_process(
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/setup/libtorch.sh ${STEEPEST_LIBTORCH_FLAGS}
  OUTPUT_VARIABLE prefix ERROR_VARIABLE reason RESULT_VARIABLE status OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${reason}")
endif()
string(STRIP "${reason}" reason)
message(STATUS "${reason}")

# A cached Torch_DIR of an earlier choice would silently win over the one just made.
unset(Torch_DIR CACHE)
unset(Caffe2_DIR CACHE)
unset(TORCH_LIBRARY CACHE)
unset(C10_LIBRARY CACHE)
set(STEEPEST_LIBTORCH_PREFIX ${prefix})
list(PREPEND CMAKE_PREFIX_PATH "${prefix}")
set(CMAKE_MESSAGE_LOG_LEVEL ERROR)  # its warnings concern parts that are not used here
find_package(Torch REQUIRED QUIET)
unset(CMAKE_MESSAGE_LOG_LEVEL)
message(STATUS "LibTorch: version ${Torch_VERSION}")

if(TORCH_CXX_FLAGS MATCHES "_GLIBCXX_USE_CXX11_ABI=0")
  message(FATAL_ERROR "LibTorch: the build in ${prefix} uses the C++ ABI from before 2011, which the distribution's libraries "
                      "cannot be linked with. Take torch 2.6 or newer, or a LibTorch download marked cxx11 ABI.")
endif()

add_library(steepest_torch INTERFACE)
target_link_libraries(steepest_torch INTERFACE ${TORCH_LIBRARIES})
target_include_directories(steepest_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
