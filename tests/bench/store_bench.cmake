# store_bench.cmake: the Google Benchmark program store_bench, without LibTorch; built only when asked for (`make bench-store`).
find_package(benchmark REQUIRED)
add_executable(store_bench EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/store_bench.cpp ${CMAKE_CURRENT_LIST_DIR}/store_bench_file.cpp
               ${CMAKE_CURRENT_LIST_DIR}/record_bench.cpp)
steepest_compile(store_bench LINK study store fmt::fmt benchmark::benchmark Threads::Threads)
target_include_directories(store_bench PRIVATE ${PROJECT_SOURCE_DIR}/tests)
target_compile_definitions(store_bench PRIVATE STEEPEST_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                               STEEPEST_BINARY_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
add_dependencies(store_bench steepest)
