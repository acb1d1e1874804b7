# flow.cmake: the gradient flows compared with NumPy and SciPy; included from oracle.cmake.
if(NOT STEEPEST_TORCH)
  return()
endif()
add_executable(flow_oracle ${CMAKE_CURRENT_LIST_DIR}/flow_oracle_main.cpp)
steepest_compile(flow_oracle TORCH LINK flow)
steepest_script_test(oracle.flow "oracle;flow" ${STEEPEST_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/flow.py $<TARGET_FILE:flow_oracle>)
steepest_script_test(oracle.flow_ivp "oracle;flow" ${STEEPEST_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/flow_ivp.py $<TARGET_FILE:flow_oracle>)
