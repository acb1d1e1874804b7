# Embed.cmake: writes OUTPUT, which holds the files of SOURCE (web/) as C++ strings: page.html, page.css, and the modules that modules.txt names, in
# its order.
set(kMark "EMBEDDED")

function(as_literal result file)
  file(READ ${file} text)
  string(FIND "${text}" ")${kMark}\"" taken)
  if(NOT taken EQUAL -1)
    message(FATAL_ERROR "${file} holds the mark by which it is embedded")
  endif()
  set(${result} "R\"${kMark}(${text})${kMark}\"" PARENT_SCOPE)
endfunction()

as_literal(template ${SOURCE}/page.html)
as_literal(style ${SOURCE}/page.css)
set(modules "")
file(STRINGS ${SOURCE}/modules.txt names REGEX "^[a-z]")
foreach(name ${names})
  as_literal(module ${SOURCE}/${name})
  string(APPEND modules "${module},\n")
endforeach()
file(WRITE ${OUTPUT}.new "// Made of web/ by cmake/Embed.cmake.
#include \"page/embedded.h\"
namespace steepest::page {
std::string_view embedded_template() { return ${template}; }
std::string_view embedded_style() { return ${style}; }
std::vector<std::string_view> embedded_modules() { return {${modules}}; }
}  // namespace steepest::page
")
configure_file(${OUTPUT}.new ${OUTPUT} COPYONLY)
