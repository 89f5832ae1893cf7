# Kernel types, BPF programs and the header that embeds them.

find_program(BPF_CLANG NAMES clang-14 clang REQUIRED)
find_program(BPFTOOL bpftool PATHS /usr/sbin /sbin REQUIRED)

set(VEDETTE_VMLINUX "auto" CACHE STRING
  "Kernel types: auto, running (from /sys/kernel/btf), fallback (checked in)")

# bpf_vmlinux_header(<directory>): makes <directory>/vmlinux.h.
function(bpf_vmlinux_header directory)
  set(btf /sys/kernel/btf/vmlinux)
  file(MAKE_DIRECTORY ${directory})
  if(VEDETTE_VMLINUX STREQUAL "running" OR (VEDETTE_VMLINUX STREQUAL "auto" AND EXISTS ${btf}))
    # Only a difference counts: a new configuration must not compile all programs again.
    execute_process(COMMAND ${BPFTOOL} btf dump file ${btf} format c
      OUTPUT_FILE ${directory}/running.h COMMAND_ERROR_IS_FATAL ANY)
    configure_file(${directory}/running.h ${directory}/vmlinux.h COPYONLY)
  else()
    configure_file(${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../bpf/vmlinux_fallback.h
      ${directory}/vmlinux.h COPYONLY)
  endif()
endfunction()

# bpf_skeleton(<name> <program.bpf.c>...): a target <name>_skeleton that provides <name>.skel.h,
# with all programs linked into one object.
function(bpf_skeleton name)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${name}_bpf)
  bpf_vmlinux_header(${out})
  # Whatever this machine has: a program must also compile where there is no BTF.
  set(fallback ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../bpf/vmlinux_fallback.h)
  configure_file(${fallback} ${out}/fallback/vmlinux.h COPYONLY)
  foreach(source IN LISTS ARGN)
    cmake_path(GET source STEM LAST_ONLY stem)
    set(first "")
    if(NOT objects)
      set(first -DFIRST_OBJECT) # See bpf/member.bpf.h.
    endif()
    # -mcpu=v3 for compare-and-swap. -g for BTF. The multiarch directory is not in the
    # search path of -target bpf.
    set(flags -target bpf -mcpu=v3 -O2 -g -D__TARGET_ARCH_x86
      ${first} -Wall -Wextra -Werror -Wno-unused-function -Wno-unused-parameter
      -I${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../bpf -I${CMAKE_CURRENT_FUNCTION_LIST_DIR}/..
      -idirafter /usr/include/${CMAKE_LIBRARY_ARCHITECTURE}
      ${CMAKE_CURRENT_SOURCE_DIR}/${source})
    add_custom_command(OUTPUT ${out}/${stem}.o
      COMMAND ${BPF_CLANG} -I${out}/fallback ${flags} -fsyntax-only
      COMMAND ${BPF_CLANG} -I${out} ${flags} -MD -MF ${out}/${stem}.d -c -o ${out}/${stem}.o
      DEPENDS ${source} ${fallback} ${out}/vmlinux.h DEPFILE ${out}/${stem}.d VERBATIM)
    list(APPEND objects ${out}/${stem}.o)
  endforeach()
  add_custom_command(OUTPUT ${out}/${name}.skel.h
    COMMAND ${BPFTOOL} gen object ${out}/${name}.bpf.o ${objects}
    COMMAND ${BPFTOOL} gen skeleton ${out}/${name}.bpf.o name ${name}_bpf
      > ${out}/${name}.skel.h
    DEPENDS ${objects} VERBATIM)
  add_custom_target(${name}_skeleton_objects DEPENDS ${out}/${name}.skel.h)
  add_library(${name}_skeleton INTERFACE)
  add_dependencies(${name}_skeleton ${name}_skeleton_objects)
  target_include_directories(${name}_skeleton SYSTEM INTERFACE ${out})
endfunction()
