# Headers that nearly every file reads, compiled once: CAF's cost two seconds a file. Files
# include what they use all the same, and build without this.
set(VEDETTE_PRECOMPILED
  <caf/actor_system.hpp> <caf/scoped_actor.hpp> <caf/send.hpp> <caf/stateful_actor.hpp>
  <caf/typed_event_based_actor.hpp> <caf/typed_response_promise.hpp> <caf/replies_to.hpp>
  <fmt/format.h> <algorithm> <chrono> <coroutine> <expected> <functional> <map> <memory>
  <ranges> <string> <unordered_map> <variant> <vector>)

# precompile(<target> [FROM <target>] [MORE <header>...])
function(precompile target)
  cmake_parse_arguments(PCH "" "FROM" "MORE" ${ARGN})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # For ccache: it must see that a precompiled header is used.
    target_compile_options(${target} PRIVATE -fpch-preprocess)
  endif()
  if(PCH_FROM)
    target_precompile_headers(${target} REUSE_FROM ${PCH_FROM})
  else()
    target_precompile_headers(${target} PRIVATE ${VEDETTE_PRECOMPILED} ${PCH_MORE})
  endif()
endfunction()
