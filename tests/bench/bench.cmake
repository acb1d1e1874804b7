# bench.cmake: the Google Benchmark program steepest_bench; built only when asked for (`make bench`).
find_package(benchmark REQUIRED)
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.cpp)
list(FILTER sources EXCLUDE REGEX store_bench)
add_executable(steepest_bench EXCLUDE_FROM_ALL ${sources})
steepest_compile(steepest_bench TORCH LINK optim experiment study benchmark::benchmark)
target_include_directories(steepest_bench PRIVATE ${PROJECT_SOURCE_DIR}/tests)
target_compile_definitions(steepest_bench PRIVATE STEEPEST_SOURCE_DIR="${PROJECT_SOURCE_DIR}" STEEPEST_BUILD_TYPE="${CMAKE_BUILD_TYPE}")

include(${CMAKE_CURRENT_LIST_DIR}/peer/peer.cmake)
