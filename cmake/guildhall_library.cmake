# The decision engine as a library for others: `cmake --install build/release --component decisions --prefix DIR` puts
# the headers of base, feel and dmn, their archives and guildhall-decisions.pc there. Then:
#   g++ -std=c++20 program.cpp $(pkg-config --cflags --libs guildhall-decisions)
function(guildhall_install_decisions)
  foreach(module base core/feel core/dmn)
    cmake_path(GET module FILENAME name)
    file(GLOB headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${module}/*.h)
    install(FILES ${headers} DESTINATION include/guildhall/${name} COMPONENT decisions)
    install(TARGETS guildhall_${name} ARCHIVE DESTINATION lib/guildhall COMPONENT decisions)
  endforeach()
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/guildhall-decisions.pc @ONLY CONTENT [[prefix=${pcfiledir}/../..

Name: guildhall-decisions
Description: FEEL 1.5 and DMN 1.5 in C++20
Version: @PROJECT_VERSION@
Requires: libxml-2.0 icu-i18n icu-uc libcrypto
Cflags: -I${prefix}/include/guildhall
Libs: -L${prefix}/lib/guildhall -lguildhall_dmn -lguildhall_feel -lguildhall_base @INTEL_DECIMAL_LIBRARY@ -ldate-tz -pthread
]])
  install(FILES ${CMAKE_BINARY_DIR}/guildhall-decisions.pc DESTINATION lib/pkgconfig COMPONENT decisions)
endfunction()
