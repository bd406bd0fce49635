# Included by bench/CMakeLists.txt.
add_executable(http_pages ${CMAKE_SOURCE_DIR}/bench/http_pages.cpp)
target_include_directories(http_pages PRIVATE ${CMAKE_BINARY_DIR}/faces/http ${CMAKE_BINARY_DIR}/faces/base)
target_link_libraries(http_pages PRIVATE guildhall_http)
target_compile_definitions(http_pages PRIVATE GUILDHALL_BENCH_FOLDER="${CMAKE_SOURCE_DIR}/bench")
