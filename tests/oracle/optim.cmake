# optim.cmake: matrix functions and optimizers compared with PyTorch, NumPy and SciPy; included from oracle.cmake.
if(NOT STEEPEST_TORCH)
  return()
endif()
add_executable(optim_oracle ${CMAKE_CURRENT_LIST_DIR}/optim_oracle_main.cpp)
steepest_compile(optim_oracle TORCH LINK optim options)
foreach(script matrix_functions matrix_torch optim_public optim_transcribed)
  steepest_script_test(oracle.${script} oracle ${STEEPEST_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/${script}.py $<TARGET_FILE:optim_oracle>)
endforeach()
