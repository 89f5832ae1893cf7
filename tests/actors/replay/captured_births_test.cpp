#include "actors/replay/captured_births.hpp"
#include "bpf/task_record.hpp"
#include "events/batch_builder.hpp"
#include "events/record_check.hpp"
#include "tests/support/task_events.hpp"

#include <gtest/gtest.h>

namespace vedette {

namespace {

namespace begun_args = events::task_begin;

constexpr task parent{4, 100}, child{6, 200}, other{7, 300};

std::string path_in(const std::vector<std::byte>& record) {
  EXPECT_EQ(check_record(record), corruption::none);
  batch_builder builder{0};
  builder.add(record);
  const auto batch = builder.take();
  return std::string{(*batch)[0].get<begun_args::pathname>().value_or("(none)")};
}

TEST(CapturedBirths, are_told_where_only_the_replay_parts_the_child_from_its_parent) {
  captured_births births{3}; // 4 and 7 are of shard 1, 6 is of shard 0.
  EXPECT_FALSE(births.next(executed(parent, "/bin/sh").record(), 2));
  const auto told = births.next(forked(parent, child).record(), 2);
  ASSERT_TRUE(told);
  EXPECT_EQ(path_in(*told), "/bin/sh");
  const task_record record{*told};
  EXPECT_EQ(record.header().host_tgid, 6);
  EXPECT_EQ(record.header().thread_start_ns, 200);
  EXPECT_EQ(record.header().host_ppid, 4);
  EXPECT_EQ(record.header().time_ns, 200) << "as the fork";
  EXPECT_EQ(record.get<begun_args::child_pid>(), 6);
  EXPECT_EQ(record.get<begun_args::leader_start_time>(), 200);
  EXPECT_FALSE(record.get<begun_args::scanned>());

  EXPECT_FALSE(births.next(forked(parent, other).record(), 2)) << "told live";
  EXPECT_FALSE(births.next(forked(parent, parent.thread(6, 400)).record(), 2))
      << "threads live where their leader does";
}

TEST(CapturedBirths, are_left_to_the_kernel_where_shards_are_as_many_as_live) {
  captured_births births{2};
  EXPECT_FALSE(births.next(forked(parent, {5, 200}).record(), 2));
}

TEST(CapturedBirths, say_what_was_inherited_or_found_at_the_start) {
  captured_births births{3};
  EXPECT_FALSE(births.next(
      begun({1, 1}, parent, true).arg<begun_args::pathname>("/bin/found").record(), 1));
  EXPECT_FALSE(births.next(forked(parent, other).record(), 1));
  const auto grandchild = births.next(forked(other, {8, 500}).record(), 1);
  ASSERT_TRUE(grandchild);
  EXPECT_EQ(path_in(*grandchild), "/bin/found");
  EXPECT_FALSE(births.next(exited(other).record(), 1));
  const auto later = births.next(forked(other, {11, 600}).record(), 1);
  ASSERT_TRUE(later);
  EXPECT_EQ(path_in(*later), "(none)");
}

} // namespace

} // namespace vedette
