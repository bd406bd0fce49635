add_executable(bench_durable_writes ${CMAKE_CURRENT_LIST_DIR}/durable_writes.cpp)
target_include_directories(bench_durable_writes PRIVATE ${CMAKE_BINARY_DIR}/faces/base ${CMAKE_BINARY_DIR}/faces/db)
target_link_libraries(bench_durable_writes PRIVATE guildhall_db guildhall_base)
