#include "tests/e2e/watch.hpp"

#include <gmock/gmock.h>

namespace vedette::e2e {

namespace {

using testing::HasSubstr;
using testing::SizeIs;

/// `vedette run` of `kill -0` of a shell, with tracefs in a mount namespace of its own.
outcome watch_kill(const words& options) {
  words all{"unshare",
            "--mount",
            "sh",
            "-c",
            "mountpoint -q /sys/kernel/tracing"
            " || mount -t tracefs tracefs /sys/kernel/tracing;"
            "exec \"$@\"",
            "sh"};
  const auto binary = vedette_command(
      {"run", "--output", "json", "--signatures", "none", "--events", "kill"});
  all.insert(all.end(), binary.begin(), binary.end());
  all.insert(all.end(), options.begin(), options.end());
  for (const auto* const word : {"--", "sh", "-c", "kill -0 $$"})
    all.emplace_back(word);
  return running{all}.finish();
}

/// Whoever can do without the calls of 32-bit programs pays less for all others.
TEST(FewCalls, are_watched_by_tracepoints_of_their_own_if_32_bit_ones_are_waived) {
  const auto cheap = watch_kill({"--set", "collectors.host.compat_calls=waive"});
  EXPECT_EQ(cheap.code, 0) << cheap.err;
  EXPECT_THAT(cheap.err, HasSubstr("kill: tracepoint/sys_exit_*, blind to 32-bit"));
  EXPECT_THAT(cheap.err, HasSubstr("system calls are seen by a tracepoint of its own"));
  EXPECT_THAT(events_in(parse_lines(cheap), "kill"), SizeIs(testing::Ge(1)));

  const auto whole = watch_kill({});
  EXPECT_EQ(whole.code, 0) << whole.err;
  EXPECT_THAT(whole.err, HasSubstr("kill: tp_btf/sys_exit"));
  EXPECT_THAT(whole.err, HasSubstr("`collectors.<name>.compat_calls: waive`"));
  EXPECT_THAT(events_in(parse_lines(whole), "kill"), SizeIs(testing::Ge(1)));
}

} // namespace

} // namespace vedette::e2e
