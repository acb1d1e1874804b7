# Kernels.cmake: lib/kernel is compiled once for each instruction set, a file each, whatever the rest is compiled for. At run time the best one
# that the processor has is taken.
set_target_properties(steepest_kernel PROPERTIES UNITY_BUILD OFF)
target_compile_options(steepest_kernel PRIVATE -O3 -ffp-contract=fast -fno-math-errno -Wno-psabi)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64|AMD64")
  set_source_files_properties(${PROJECT_SOURCE_DIR}/lib/kernel/pieces_avx2.cpp PROPERTIES COMPILE_OPTIONS "-mavx2;-mfma")
  set_source_files_properties(${PROJECT_SOURCE_DIR}/lib/kernel/pieces_avx512.cpp PROPERTIES COMPILE_OPTIONS
                                                                                             "-mavx512f;-mavx512dq;-mavx512vl;-mfma")
  target_compile_definitions(steepest_kernel PRIVATE STEEPEST_X86)
else()
  set_source_files_properties(${PROJECT_SOURCE_DIR}/lib/kernel/pieces_avx2.cpp ${PROJECT_SOURCE_DIR}/lib/kernel/pieces_avx512.cpp
                              PROPERTIES HEADER_FILE_ONLY ON)
endif()
