# stats.cmake: probability of improvement and bootstrap intervals compared with SciPy and NumPy; included from oracle.cmake.
add_executable(stats_oracle ${CMAKE_CURRENT_LIST_DIR}/stats_oracle_main.cpp)
steepest_compile(stats_oracle LINK stats)
steepest_script_test(oracle.stats oracle ${STEEPEST_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/stats.py $<TARGET_FILE:stats_oracle>)
