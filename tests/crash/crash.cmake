# crash.cmake: the program that kills running studies; built only when asked for (`make test-crash`).
add_executable(crash EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/crash_main.cpp)
steepest_compile(crash LINK sweep CLI11::CLI11)
target_compile_definitions(crash PRIVATE STEEPEST_SOURCE_DIR="${PROJECT_SOURCE_DIR}" STEEPEST_BINARY_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
