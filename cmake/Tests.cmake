# Tests.cmake: tests/<room>/*.cpp become one program <room>_test; every case is a CTest of its own with the room's label.
# Scripts in tests/oracle compare with public implementations and skip (exit status 77) where those are not installed.
find_package(GTest REQUIRED)
include(GoogleTest)
find_program(STEEPEST_PYTHON NAMES python PATHS ${PROJECT_SOURCE_DIR}/.venv/bin NO_DEFAULT_PATH)
if(NOT STEEPEST_PYTHON)
  find_program(STEEPEST_PYTHON NAMES python3 REQUIRED)
endif()

set(STEEPEST_TEST_ROOMS "" CACHE STRING "build the tests of these rooms alone")
set(STEEPEST_TEST_WORKER "" CACHE FILEPATH "the worker that the e2e tests run instead of this build's own")

# LLAMA, STACKED: cases of suites named Llama... and Stacked... have `llama` and `stacked` in their label too, so that `ctest -L llama` takes
# them from every room.
function(steepest_test room label)
  cmake_parse_arguments(arg "TORCH;LLAMA;STACKED" "" "LINK" ${ARGN})
  if(STEEPEST_TEST_ROOMS AND NOT room IN_LIST STEEPEST_TEST_ROOMS)
    return()
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${room}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "_shim\\.cpp$")  # libraries that programs under test are started with
  if(NOT sources OR (arg_TORCH AND NOT STEEPEST_TORCH))
    return()
  endif()
  add_executable(${room}_test ${sources})
  if(arg_TORCH)
    steepest_compile(${room}_test TORCH LINK ${arg_LINK} GTest::gtest GTest::gmock GTest::gtest_main)
  else()
    steepest_compile(${room}_test LINK ${arg_LINK} GTest::gtest GTest::gmock GTest::gtest_main)
    set_target_properties(${room}_test PROPERTIES UNITY_BUILD OFF)  # tests name their samples alike
  endif()
  target_include_directories(${room}_test PRIVATE ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/tests/${room})
  target_compile_definitions(${room}_test PRIVATE STEEPEST_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                                  STEEPEST_BINARY_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  # PRE_TEST: discovery loads LibTorch, which is not wanted while building.
  set(others "")
  foreach(kind Llama Stacked)
    string(TOUPPER ${kind} asked)
    string(TOLOWER ${kind} suffix)
    if(arg_${asked})
      string(APPEND others ":${kind}*")
      gtest_discover_tests(${room}_test DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 120 TEST_FILTER "${kind}*" TEST_LIST ${room}_${suffix}_tests
                           PROPERTIES LABELS ${label}_${suffix} ENVIRONMENT "OMP_NUM_THREADS=1;OPENBLAS_NUM_THREADS=1")
    endif()
  endforeach()
  string(REGEX REPLACE "^:" "-" others "${others}")
  if(others)
    set(others TEST_FILTER "${others}")
  endif()
  gtest_discover_tests(${room}_test DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 120 ${others}
                       PROPERTIES LABELS ${label} ENVIRONMENT "OMP_NUM_THREADS=1;OPENBLAS_NUM_THREADS=1")
endfunction()

function(steepest_script_test name label)
  add_test(NAME ${name} COMMAND ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS "${label}" SKIP_RETURN_CODE 77
                       ENVIRONMENT "OMP_NUM_THREADS=1;OPENBLAS_NUM_THREADS=1;STEEPEST_BINARY_DIR=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
endfunction()

steepest_test(options unit LINK options)
steepest_test(docs unit LINK options)  # pages against what the code says of itself
steepest_test(digest unit LINK digest)
steepest_test(output unit LINK output)
steepest_test(weights unit_llama LINK weights)
steepest_test(hydra unit LINK hydra)
steepest_test(run unit LLAMA LINK study)
steepest_test(study unit LINK study)
steepest_test(store unit STACKED LINK store)
steepest_test(stats unit LINK stats)
steepest_test(results unit LINK results run)
steepest_test(sweep unit LINK sweep)
steepest_test(exchange unit LINK exchange)
steepest_test(shard unit LINK shard)
steepest_test(slurm unit LINK slurm)
steepest_test(claims unit LINK claims sweep)
steepest_test(tune unit LINK report)
steepest_test(report unit LINK report)
steepest_test(page unit LINK page)
steepest_test(matrix unit TORCH LINK matrix)
steepest_test(optim optim TORCH STACKED LINK optim)
steepest_test(kernel kernels TORCH LINK kernel model random)
steepest_wide_pieces(kernel_test)
steepest_test(model unit TORCH LLAMA STACKED LINK model)
steepest_test(flow flow TORCH LINK flow stats)
steepest_test(data unit TORCH LLAMA LINK data)
steepest_test(probe unit TORCH LINK probe)
steepest_test(experiment unit TORCH LLAMA STACKED LINK experiment)
if(STEEPEST_TORCH OR EXISTS "${STEEPEST_TEST_WORKER}")
  steepest_test(e2e e2e LLAMA LINK sweep report weights)  # runs the programs
endif()
if(TARGET e2e_test)
  target_compile_definitions(e2e_test PRIVATE STEEPEST_TEST_WORKER="${STEEPEST_TEST_WORKER}" STEEPEST_TEST_PYTHON="${STEEPEST_PYTHON}")
  add_library(clock_shim SHARED ${PROJECT_SOURCE_DIR}/tests/e2e/clock_shim.cpp)
  set_target_properties(clock_shim PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY})
endif()

steepest_script_test(setup_token_file unit_llama ${STEEPEST_PYTHON} ${PROJECT_SOURCE_DIR}/tests/setup/token_file_test.py)
steepest_script_test(setup_version unit ${PROJECT_SOURCE_DIR}/tests/setup/version_test.sh)

include(${PROJECT_SOURCE_DIR}/tests/oracle/oracle.cmake)

steepest_script_test(analysis unit ${STEEPEST_PYTHON} ${PROJECT_SOURCE_DIR}/tests/analysis/figures_test.py)
steepest_script_test(bench_compare unit ${STEEPEST_PYTHON} ${PROJECT_SOURCE_DIR}/tests/bench/compare_test.py)

if(STEEPEST_TORCH)
  # The commands of docs/tutorial.md in a copy of the project: up to the block that compiles, and with it.
  set(tutorial ${STEEPEST_PYTHON} ${PROJECT_SOURCE_DIR}/tests/docs/tutorial.py)
  steepest_script_test(tutorial e2e ${tutorial} ${CMAKE_BINARY_DIR}/tutorial ${CMAKE_BINARY_DIR})
  steepest_script_test(tutorial_whole slow ${tutorial} ${CMAKE_BINARY_DIR}/tutorial_whole ${CMAKE_BINARY_DIR} whole)

  # A ten-line program outside of the project, against the installed package.
  steepest_script_test(install_outside e2e ${PROJECT_SOURCE_DIR}/tests/install/outside.sh ${CMAKE_BINARY_DIR} ${STEEPEST_LIBTORCH_PREFIX})

  # What the Makefile calls.
  steepest_script_test(setup_report e2e ${PROJECT_SOURCE_DIR}/tests/setup/report_test.sh $<TARGET_FILE:steepest>)
  steepest_script_test(setup_data e2e ${PROJECT_SOURCE_DIR}/tests/setup/data_test.sh)
  steepest_script_test(setup_setup e2e ${PROJECT_SOURCE_DIR}/tests/setup/setup_test.sh)
  steepest_script_test(setup_libtorch e2e ${PROJECT_SOURCE_DIR}/tests/setup/libtorch_test.sh)
endif()

include(${PROJECT_SOURCE_DIR}/tests/crash/crash.cmake)
