# Messages and services from .proto files, and gRPC without TLS: unix sockets only.

find_program(PROTOC protoc REQUIRED)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(PROTOBUF_LITE REQUIRED IMPORTED_TARGET protobuf-lite)
# The libraries themselves: pkg-config would add a hundred of absl's to every link.
find_library(GRPCPP_LIBRARY grpc++_unsecure REQUIRED)
find_library(GRPC_LIBRARY grpc_unsecure REQUIRED)
find_library(GPR_LIBRARY gpr REQUIRED)
# Its headers have an inline mutex.
find_library(ABSL_SYNCHRONIZATION_LIBRARY absl_synchronization REQUIRED)

# proto_library(<name> <folder> <file.proto>...): <name>_messages, and <name>_services with
# the generated classes of the services (servers need them; our clients do not). Generated
# code is not ours: it has neither our warnings nor our sanitizers' checks.
function(proto_library name folder)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${name}_proto)
  set(from ${CMAKE_CURRENT_SOURCE_DIR}/${folder})
  file(MAKE_DIRECTORY ${out})
  foreach(file IN LISTS ARGN)
    cmake_path(GET file STEM stem)
    set(made ${out}/${stem}.pb.cc ${out}/${stem}.pb.h)
    set(made_services ${out}/${stem}.grpc.pb.cc ${out}/${stem}.grpc.pb.h)
    add_custom_command(OUTPUT ${made} ${made_services}
      COMMAND ${PROTOC} -I${from} --cpp_out=${out}
        --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN} --grpc_out=${out} ${from}/${file}
      DEPENDS ${from}/${file} VERBATIM)
    list(APPEND messages ${made})
    list(APPEND services ${made_services})
  endforeach()
  add_library(${name}_messages STATIC ${messages})
  target_include_directories(${name}_messages SYSTEM PUBLIC ${out})
  target_compile_definitions(${name}_messages PUBLIC GRPC_USE_PROTO_LITE)
  target_link_libraries(${name}_messages PUBLIC
    PkgConfig::PROTOBUF_LITE ${GRPCPP_LIBRARY} ${GRPC_LIBRARY} ${GPR_LIBRARY}
    ${ABSL_SYNCHRONIZATION_LIBRARY})
  add_library(${name}_services STATIC EXCLUDE_FROM_ALL ${services})
  target_link_libraries(${name}_services PUBLIC ${name}_messages)
  foreach(target IN ITEMS ${name}_messages ${name}_services)
    target_compile_features(${target} PUBLIC cxx_std_23)
    target_compile_options(${target} PRIVATE -w)
  endforeach()
endfunction()
