# Kernels.cmake: lib/kernel is compiled once for each instruction set, a file each, whatever the rest is compiled for. At run time the best one
# that the processor has is taken.
set_target_properties(steepest_kernel PROPERTIES UNITY_BUILD OFF)
set(level -O3)
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  set(level -O1)  # with checks in every loop -O3 takes a quarter of an hour a file
endif()
target_compile_options(steepest_kernel PRIVATE ${level} -ffp-contract=fast -fno-math-errno -Wno-psabi)
set(avx2 -mavx2 -mfma)
set(avx512 ${avx2} -mavx512f -mavx512bw -mavx512dq -mavx512vl -mprefer-vector-width=512)
set(avx512_bf16 ${avx512} -mavx512bf16)
foreach(name avx2 avx512 avx512_bf16)
  set(file ${PROJECT_SOURCE_DIR}/lib/kernel/pieces_${name}.cpp)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64|AMD64")
    set_source_files_properties(${file} PROPERTIES COMPILE_OPTIONS "${${name}}")
    target_compile_definitions(steepest_kernel PRIVATE STEEPEST_X86)
  else()
    set_source_files_properties(${file} PROPERTIES HEADER_FILE_ONLY ON)
  endif()
endforeach()

# Tests have the vectors of AVX-512 made of AVX2's, so that what is compiled for it is tried where it is not.
function(steepest_wide_pieces test)
  if(TARGET ${test} AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64|AMD64")
    set_source_files_properties(${PROJECT_SOURCE_DIR}/tests/kernel/wide_pieces.cpp PROPERTIES
      COMPILE_OPTIONS "-O1;-ffp-contract=fast;-fno-math-errno;-Wno-psabi;-mavx2;-mfma" SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
    target_compile_definitions(${test} PRIVATE STEEPEST_WIDE_PIECES)
  endif()
endfunction()
