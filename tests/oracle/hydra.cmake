# hydra.cmake: composition compared with hydra-core; included from oracle.cmake.
add_executable(compose_oracle ${CMAKE_CURRENT_LIST_DIR}/compose_main.cpp)
steepest_compile(compose_oracle LINK hydra)
steepest_script_test(oracle.hydra_composition oracle ${STEEPEST_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/hydra_composition.py
                     $<TARGET_FILE:compose_oracle>)
