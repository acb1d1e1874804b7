# Page.cmake: web/, the page's own text and code, becomes part of steepest_page.
file(GLOB kPageFiles CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/web/*)
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/page_files.cpp
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR}/web -DOUTPUT=${CMAKE_BINARY_DIR}/page_files.cpp
          -P ${PROJECT_SOURCE_DIR}/cmake/Embed.cmake
  DEPENDS ${kPageFiles} ${PROJECT_SOURCE_DIR}/cmake/Embed.cmake COMMENT "")
target_sources(steepest_page PRIVATE ${CMAKE_BINARY_DIR}/page_files.cpp)
