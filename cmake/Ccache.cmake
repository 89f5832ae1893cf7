# Compiles through ccache where there is one: a clean checkout then builds in seconds what
# this machine has built before.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()
