# guildhall_module(name [DEPENDS module…] [LIBRARIES library…] [TEST_DEPENDS module…] [TEST_LIBRARIES library…]
#                  [EMBED glob…] [PAGES glob…])
#
# Makes the folder it is called in a library, `guildhall_<name>`, and holds the module rule:
#  - Only the headers of the module itself and of the modules named after DEPENDS can be included: each module has one
#    folder in the build tree, holding one link, `<name>`, to its sources. Anything else is "no such file".
#  - app → capabilities → { core, platform } → base. A name that points the wrong way stops the configuration.
#  - x_test.cpp files become one test program, <name>_test, which links this module and TEST_DEPENDS alone.
#  - Every x_fuzz.cpp becomes a libFuzzer program, x_fuzz, when GUILDHALL_FUZZ is on.
#  - Every header outside impl/ is compiled alone by the target `headers`, which `all` leaves out and ./test builds.
# Files that match EMBED are compiled into the program; see base/embedded.h. Files that match PAGES are templates which
# become functions of the module; see html/html.h. x_main.cpp files are left to whoever makes a program of them.
# LIBRARIES are outside libraries (CMake targets, or raw names).
function(guildhall_module name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES;TEST_DEPENDS;TEST_LIBRARIES;EMBED;PAGES" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "guildhall_module(${name}): unknown words: ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${CMAKE_SOURCE_DIR}/src OUTPUT_VARIABLE place)
  string(REGEX REPLACE "/.*" "" layer "${place}")
  set_property(GLOBAL APPEND PROPERTY GUILDHALL_MODULES ${name})
  set_property(GLOBAL PROPERTY GUILDHALL_LAYER_${name} ${layer})
  set_property(GLOBAL PROPERTY GUILDHALL_DEPENDS_${name} "${ARG_DEPENDS}")

  set(face ${CMAKE_BINARY_DIR}/faces/${name})
  file(MAKE_DIRECTORY ${face})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${face}/${name} SYMBOLIC)
  set(faces ${face})
  set(linked)
  foreach(dependency IN LISTS ARG_DEPENDS)
    list(APPEND faces ${CMAKE_BINARY_DIR}/faces/${dependency})
    list(APPEND linked guildhall_${dependency})
  endforeach()

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp)
  set(tests ${sources})
  set(fuzzers ${sources})
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz|main)\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
  file(GLOB headers CONFIGURE_DEPENDS *.h)

  if(ARG_EMBED)
    guildhall_embed(${name} embedded_source ${ARG_EMBED})
    list(APPEND sources ${embedded_source})
    list(APPEND faces ${CMAKE_BINARY_DIR}/faces/base)
  endif()

  if(ARG_PAGES)
    guildhall_pages(${name} page_source ${ARG_PAGES})
    list(APPEND sources ${page_source})
  endif()

  if(sources)
    add_library(guildhall_${name} STATIC ${sources})
    target_include_directories(guildhall_${name} PRIVATE ${faces})
    target_link_libraries(guildhall_${name} PUBLIC ${linked} ${ARG_LIBRARIES} Threads::Threads)
  else()
    add_library(guildhall_${name} INTERFACE)
    target_link_libraries(guildhall_${name} INTERFACE ${linked} ${ARG_LIBRARIES} Threads::Threads)
  endif()

  set(test_faces ${faces})
  set(test_linked guildhall_${name} ${linked})
  foreach(dependency IN LISTS ARG_TEST_DEPENDS)
    list(APPEND test_faces ${CMAKE_BINARY_DIR}/faces/${dependency})
    list(APPEND test_linked guildhall_${dependency})
  endforeach()
  if(GUILDHALL_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_include_directories(${name}_test PRIVATE ${test_faces})
    target_link_libraries(${name}_test PRIVATE ${test_linked} ${ARG_TEST_LIBRARIES} GTest::gtest_main)
    add_test(NAME ${name} COMMAND ${name}_test)
    set_tests_properties(${name} PROPERTIES WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  endif()
  if(GUILDHALL_FUZZ)
    foreach(fuzzer IN LISTS fuzzers)
      cmake_path(GET fuzzer STEM program)
      add_executable(${program} ${fuzzer})
      target_include_directories(${program} PRIVATE ${test_faces})
      target_link_libraries(${program} PRIVATE ${test_linked})
      target_link_options(${program} PRIVATE -fsanitize=fuzzer)
      set_property(GLOBAL APPEND PROPERTY GUILDHALL_FUZZERS ${program})
    endforeach()
  endif()

  if(headers AND GUILDHALL_TESTS)
    set(alone)
    foreach(header IN LISTS headers)
      cmake_path(GET header FILENAME file)
      set(unit ${CMAKE_BINARY_DIR}/headers/${name}/${file}.cpp)
      file(CONFIGURE OUTPUT ${unit} CONTENT "#include \"${name}/${file}\"\n")
      list(APPEND alone ${unit})
    endforeach()
    add_library(headers_${name} OBJECT EXCLUDE_FROM_ALL ${alone})
    target_include_directories(headers_${name} PRIVATE ${faces})
    target_link_libraries(headers_${name} PRIVATE guildhall_${name})
    set_property(GLOBAL APPEND PROPERTY GUILDHALL_HEADERS headers_${name})
  endif()
endfunction()

# Writes a source file that holds every file matching the globs, and names it in `result`.
function(guildhall_embed name result)
  file(GLOB files CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} ${ARGN})
  list(SORT files)
  set(bytes)
  set(entries)
  set(paths)
  set(count 0)
  foreach(file IN LISTS files)
    set(label guildhall_${name}_file_${count})
    string(APPEND bytes "asm(\".section .rodata\\n.balign 16\\n.global ${label}_begin\\n${label}_begin:\\n\"\n"
                        "    \".incbin \\\"${CMAKE_CURRENT_SOURCE_DIR}/${file}\\\"\\n\"\n"
                        "    \".global ${label}_end\\n${label}_end:\\n.byte 0\\n.previous\\n\");\n"
                        "extern \"C\" const char ${label}_begin[], ${label}_end[];\n")
    string(APPEND entries "      {\"${file}\", {${label}_begin, static_cast<std::size_t>(${label}_end - ${label}_begin)}},\n")
    list(APPEND paths ${CMAKE_CURRENT_SOURCE_DIR}/${file})
    math(EXPR count "${count} + 1")
  endforeach()
  set(source ${CMAKE_BINARY_DIR}/embedded/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT "#include \"base/embedded.h\"

#include <array>

@bytes@
namespace guildhall::@name@ {

std::span<const EmbeddedFile> embedded_files();
std::span<const EmbeddedFile> embedded_files() {
  static const std::array<EmbeddedFile, @count@> files{{
@entries@  }};
  return files;
}

}  // namespace guildhall::@name@
")
  # ccache leaves files with .incbin alone; ninja rebuilds when one of them changes.
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${paths}")
  set(${result} ${source} PARENT_SCOPE)
endfunction()

# Called once, after every module is known: stops the configuration where a dependency breaks the layering.
function(guildhall_check_modules)
  get_property(headers GLOBAL PROPERTY GUILDHALL_HEADERS)
  if(headers)
    add_custom_target(headers DEPENDS ${headers})
  endif()
  set(below_base "base")
  set(below_core "core;base")
  set(below_platform "platform;base")
  set(below_capabilities "capabilities;core;platform;base")
  set(below_app "capabilities;core;platform;base")
  set(below_python "core;base")
  get_property(modules GLOBAL PROPERTY GUILDHALL_MODULES)
  foreach(module IN LISTS modules)
    get_property(layer GLOBAL PROPERTY GUILDHALL_LAYER_${module})
    get_property(dependencies GLOBAL PROPERTY GUILDHALL_DEPENDS_${module})
    foreach(dependency IN LISTS dependencies)
      get_property(dependency_layer GLOBAL PROPERTY GUILDHALL_LAYER_${dependency})
      if(NOT dependency_layer)
        message(FATAL_ERROR "Module ${module} names ${dependency}, which is not a module. "
                            "Check the spelling in the guildhall_module(${module} …) call.")
      endif()
      if(NOT dependency_layer IN_LIST below_${layer})
        message(FATAL_ERROR "Module ${module} (${layer}) may not depend on ${dependency} (${dependency_layer}): "
                            "app → capabilities → { core, platform } → base. Move what it needs down a layer.")
      endif()
    endforeach()
  endforeach()
endfunction()
