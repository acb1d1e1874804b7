# fuzz.cmake: libFuzzer's targets, in the preset `fuzz` (clang, everything instrumented); run by setup/fuzz.sh.
foreach(target fuzz_override fuzz_composition)
  add_executable(${target} ${CMAKE_CURRENT_LIST_DIR}/${target}.cpp)
  steepest_compile(${target} LINK hydra)
  target_link_options(${target} PRIVATE -fsanitize=fuzzer)
endforeach()
add_custom_target(fuzzers DEPENDS fuzz_override fuzz_composition)
