#include "bench/support/event_mix.hpp"

#include "tests/support/events.hpp"

#include <array>
#include <random>
#include <string>
#include <string_view>

namespace vedette::bench {

namespace {

constexpr std::array<std::string_view, 24> opened_paths{
    "/etc/ld.so.cache",
    "/usr/lib/x86_64-linux-gnu/libc.so.6",
    "/tmp/lead/events/table.def",
    "/usr/include/c++/12/cstring",
    "/etc/locale.alias",
    "/usr/lib/locale/C.utf8/LC_CTYPE",
    "/usr/lib/x86_64-linux-gnu/gconv/gconv-modules.cache",
    "/usr/lib/locale/C.utf8/LC_MESSAGES/SYS_LC_MESSAGES",
    "/usr/lib/x86_64-linux-gnu/libzstd.so.1.5.4",
    "/usr/lib/x86_64-linux-gnu/libz.so.1.2.13",
    "/tmp/lead/tests/support/events.hpp",
    "/usr/lib/x86_64-linux-gnu/libm.so.6",
    "/usr/include/rapidcheck/seq/Create.h",
    "/usr/include/c++/12/expected",
    "/usr/include/stdc-predef.h",
    "/tmp/lead/events/definitions.hpp",
    "/usr/include/gtest/gtest.h",
    "/usr/include/linux/types.h",
    "/usr/lib/x86_64-linux-gnu/libgmp.so.10.4.1",
    "/tmp/lead/build/release/tests/CMakeFiles/vedette_unit_tests.dir/cmake_pch.hxx.gch",
    "/usr/include/rapidcheck/detail/Utility.h",
    "/usr/include/c++/12/bits/unique_ptr.h",
    "/tmp/ccache/tmp/cpp_stdout.tmp.yGh1aP.ii",
    "/proc/self/fd"};

event_builder opened(unsigned n) {
  constexpr int reading = 0100000, writing = 0100000 | 01 | 0100 | 01000; // O_LARGEFILE, …
  return event_builder{event_kind::security_file_open}
      .arg<events::security_file_open::pathname>(opened_paths.at(n % opened_paths.size()))
      .arg<events::security_file_open::flags>(n % 50 == 0 ? writing : reading);
}

event_builder executed() {
  return event_builder{event_kind::sched_process_exec}
      .arg<events::sched_process_exec::cmdpath>("/usr/lib/gcc/x86_64-linux-gnu/12/cc1plus")
      .arg<events::sched_process_exec::pathname>("/usr/lib/gcc/x86_64-linux-gnu/12/cc1plus")
      .arg<events::sched_process_exec::argv>(
          {"/usr/lib/gcc/x86_64-linux-gnu/12/cc1plus", "-quiet", "-O2", "-g", "x.cpp"})
      .arg<events::sched_process_exec::env>(
          {"HOME=/root", "PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "SHLVL=1",
           "PWD=/tmp/build", "COLLECT_GCC=/usr/bin/c++", "COMPILER_PATH=/usr/lib/gcc"});
}

/// `n` below 1000 chooses.
event_builder chosen(unsigned n, unsigned variant) {
  if (n < 944)
    return opened(variant);
  if (n < 956)
    return event_builder{event_kind::sched_process_fork};
  if (n < 968)
    return executed();
  if (n < 979)
    return event_builder{event_kind::sched_process_exit};
  if (n < 989)
    return event_builder{event_kind::security_inode_unlink}
        .arg<events::security_inode_unlink::pathname>("/tmp/ccWk3vYd.s");
  if (n < 997)
    return event_builder{event_kind::magic_write}
        .arg<events::magic_write::pathname>("/tmp/build/x.cpp.o")
        .arg<events::magic_write::bytes>(std::string_view{"\x7f" "ELF\x02\x01\x01", 7});
  return event_builder{event_kind::security_inode_rename}
      .arg<events::security_inode_rename::old_path>("/tmp/ccache/tmp/x.tmp")
      .arg<events::security_inode_rename::new_path>("/root/.cache/ccache/1/2/x");
}

} // namespace

std::vector<batch_ptr> compile_mix(std::size_t events, std::uint32_t processes,
                                   unsigned of_one) {
  constexpr std::size_t in_batch = 512;
  std::mt19937 engine{20261126};
  const auto random = [&engine] { return static_cast<std::uint32_t>(engine()); };
  std::vector<batch_ptr> batches;
  std::vector<event_builder> next;
  for (std::size_t n = 0; n < events; ++n) {
    const auto pid = random() % 100 < of_one ? 100U : 101 + random() % processes;
    next.push_back(chosen(random() % 1000, random())
                       .at(1000 * (n + 1))
                       .by({pid, 1})
                       .comm("cc1plus"));
    if (next.size() == in_batch || n + 1 == events)
      batches.push_back(make_batch(std::exchange(next, {})));
  }
  return batches;
}

} // namespace vedette::bench
