#include "bpf/heartbeat.hpp"
#include "bpf/watched.h"

#include <gtest/gtest.h>

#include <bpf/bpf.h>
#include <cstring>
#include <unistd.h>

namespace vedette {

namespace {

std::shared_ptr<kernel_side> loaded() {
  auto result =
      kernel_side::load({.events = {event_kind::security_file_open, event_kind::ptrace,
                                    event_kind::task_rename},
                         .ignored_tgid = static_cast<std::uint32_t>(getpid())});
  if (!result)
    throw std::runtime_error{result.error().detail};
  return std::make_shared<kernel_side>(std::move(*result));
}

/// The newest map of this name, as anybody finds it who may use BPF.
int find_map(std::string_view name) {
  auto found = -1;
  for (__u32 id = 0; bpf_map_get_next_id(id, &id) == 0;) {
    const auto fd = bpf_map_get_fd_by_id(id);
    bpf_map_info info{};
    auto size = static_cast<__u32>(sizeof(info));
    if (bpf_obj_get_info_by_fd(fd, &info, &size) == 0 && name == info.name) {
      if (found >= 0)
        close(found);
      found = fd;
    } else {
      close(fd);
    }
  }
  return found;
}

TEST(heartbeat, is_quiet_while_all_is_well) {
  heartbeat heart{loaded()};
  for (auto i = 0; i < 3; ++i)
    EXPECT_EQ(heart.beat(), std::vector<std::string>{});
}

TEST(heartbeat, tells_once_that_programs_are_gone) {
  const auto kernel = loaded();
  heartbeat heart{kernel};
  EXPECT_TRUE(heart.beat().empty());
  kernel->detach();
  EXPECT_TRUE(heart.beat().empty()) << "a run that ends";
  const auto wrong = heart.beat();
  ASSERT_EQ(wrong.size(), 3);
  EXPECT_TRUE(wrong.front().starts_with("security_file_open: ")) << wrong.front();
  EXPECT_TRUE(heart.beat().empty()) << "told once";
}

TEST(heartbeat, notices_who_writes_to_our_maps) {
  const auto kernel = loaded();
  heartbeat heart{kernel};
  EXPECT_TRUE(heart.beat().empty());
  const auto map = find_map("syscalls");
  ASSERT_GE(map, 0);
  const __u32 ptrace_number = 101;
  const syscall_row nothing{};
  ASSERT_EQ(bpf_map_update_elem(map, &ptrace_number, &nothing, BPF_ANY), 0);
  close(map);
  auto wrong = heart.beat();
  ASSERT_EQ(wrong.size(), 1);
  EXPECT_NE(wrong[0].find("table of system calls"), std::string::npos) << wrong[0];
  wrong = heart.beat();
  ASSERT_EQ(wrong.size(), 1);
  EXPECT_TRUE(wrong[0].starts_with("ptrace: ")) << wrong[0];
}

TEST(heartbeat, notices_who_writes_to_what_filters_look_up) {
  event_filter filter{event_kind::security_file_open};
  ASSERT_TRUE(filter.add("pathname=/etc/*"));
  kernel_config config;
  config.events = {event_kind::security_file_open};
  config.filters.add(std::move(filter));
  config.ignored_tgid = static_cast<std::uint32_t>(getpid());
  auto loaded = kernel_side::load(config);
  ASSERT_TRUE(loaded) << loaded.error().detail;
  heartbeat heart{std::make_shared<kernel_side>(std::move(*loaded))};
  EXPECT_TRUE(heart.beat().empty());
  const auto map = find_map("rule_texts");
  ASSERT_GE(map, 0);
  filter_text key{};
  ASSERT_EQ(bpf_map_get_next_key(map, nullptr, &key), 0);
  const filter_verdict nobody{};
  ASSERT_EQ(bpf_map_update_elem(map, &key, &nobody, BPF_ANY), 0);
  close(map);
  const auto wrong = heart.beat();
  ASSERT_EQ(wrong.size(), 1);
  EXPECT_NE(wrong[0].find("texts of filters"), std::string::npos) << wrong[0];
}

} // namespace

} // namespace vedette
