# SourceVersion.cmake: run at every build (cmake -P); writes OUTPUT only if commit or dirtiness changed, so nothing is rebuilt in vain.
execute_process(COMMAND git rev-parse HEAD WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE
                ERROR_QUIET RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  set(commit "unknown")
endif()
execute_process(COMMAND git diff --quiet HEAD -- lib apps experiments cmake CMakeLists.txt WORKING_DIRECTORY ${SOURCE}
                RESULT_VARIABLE dirty ERROR_QUIET)
if(dirty EQUAL 0)
  set(dirty false)
else()
  set(dirty true)
endif()
file(WRITE ${OUTPUT}.new "// written by cmake/SourceVersion.cmake\n#include \"experiment/source_version.h\"\n
namespace steepest::experiment {\nconst char* const kCommit = \"${commit}\";\nconst bool kDirty = ${dirty};\n}  // namespace steepest::experiment\n")
execute_process(COMMAND ${CMAKE_COMMAND} -E copy_if_different ${OUTPUT}.new ${OUTPUT})
