# llama.cmake: networks of Llama's architecture compared with transformers and PEFT; included from oracle.cmake.
if(NOT STEEPEST_TORCH)
  return()
endif()
add_executable(llama_oracle ${CMAKE_CURRENT_LIST_DIR}/llama_oracle_main.cpp)
steepest_compile(llama_oracle TORCH LINK model weights)
add_dependencies(llama_oracle steepest steepest-worker)  # the script trains an adapter and has it exported
# small: the checkpoint of tests/weights/data. smollm2: SmolLM2, where `make model-smollm2` has put it.
foreach(case small smollm2)
  steepest_script_test(llama_peft_${case} oracle_llama ${STEEPEST_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/llama_peft.py ${case} $<TARGET_FILE:llama_oracle>
                       $<TARGET_FILE:steepest>)
  set_tests_properties(llama_peft_${case} PROPERTIES TIMEOUT 900)
endforeach()
