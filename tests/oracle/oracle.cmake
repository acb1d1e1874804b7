# oracle.cmake: each comparison with a public implementation brings its own .cmake file beside this one; those that link LibTorch are left out
# where there is none.
file(GLOB parts CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.cmake)
list(REMOVE_ITEM parts ${CMAKE_CURRENT_LIST_FILE})
foreach(part ${parts})
  include(${part})
endforeach()
add_custom_target(oracles)
foreach(program compose_oracle optim_oracle flow_oracle stats_oracle llama_oracle)
  if(TARGET ${program})
    add_dependencies(oracles ${program})
  endif()
endforeach()
