# guildhall_pages(module result glob…): compiles the templates that match into one source file, and names it in `result`.
# The syntax of templates is in src/platform/html/html.h.
function(guildhall_pages module result)
  if(NOT TARGET page_compiler)
    set(compiler ${CMAKE_SOURCE_DIR}/src/platform/html/compiler)
    add_executable(page_compiler ${compiler}/page_compiler_main.cpp ${compiler}/page_compiler.cpp)
    target_include_directories(page_compiler PRIVATE ${CMAKE_BINARY_DIR}/faces/base ${CMAKE_BINARY_DIR}/faces/html)
    target_link_libraries(page_compiler PRIVATE guildhall_base)
    set_target_properties(page_compiler PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/pages)
  endif()
  file(GLOB templates CONFIGURE_DEPENDS ${ARGN})
  list(SORT templates)
  set(source ${CMAKE_BINARY_DIR}/pages/${module}.cpp)
  add_custom_command(
    OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/pages
    COMMAND page_compiler ${module} ${source} ${templates}
    DEPENDS page_compiler ${templates}
    COMMENT "Compiling the pages of ${module}"
    VERBATIM)
  set(${result} ${source} PARENT_SCOPE)
endfunction()
