# peer.cmake: step_bench, the side of steepest in `make bench-peer`, and the checks that the peers, there and in `make bench-gpu`, compute the same; included from bench.cmake.
add_executable(step_bench ${CMAKE_CURRENT_LIST_DIR}/step_bench.cpp)
steepest_compile(step_bench TORCH LINK experiment study)
target_compile_definitions(step_bench PRIVATE STEEPEST_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
if(STEEPEST_TESTS)
  steepest_script_test(oracle.peer oracle ${STEEPEST_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/check.py $<TARGET_FILE:step_bench>)
  steepest_script_test(oracle.stacked_peer oracle ${STEEPEST_PYTHON} ${PROJECT_SOURCE_DIR}/tests/bench/gpu/stacked_peer_test.py)
  add_dependencies(oracles step_bench)
endif()
