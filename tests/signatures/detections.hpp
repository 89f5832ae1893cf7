#pragma once

#include "tests/support/signature_run.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// A case of one signature: an event, and the data it reports, if it fires at all.
struct detection {
  std::string name;
  std::string signature;
  event_builder event;
  std::vector<finding_data> expected;
};

inline void PrintTo(const detection& one, std::ostream* out) {
  *out << one.name;
}

class detections : public testing::TestWithParam<detection> {};

/// For INSTANTIATE_TEST_SUITE_P.
inline std::string name_of_case(const testing::TestParamInfo<detection>& test) {
  return test.param.name;
}

inline event_builder traced(std::int64_t request) {
  return event_builder{event_kind::ptrace}.arg<events::ptrace::request>(request);
}

inline event_builder executed_at(std::string_view path) {
  return event_builder{event_kind::sched_process_exec}
      .arg<events::sched_process_exec::pathname>(path);
}

inline event_builder executed_with(const std::vector<std::string>& environment) {
  return executed_at("/bin/true").arg<events::sched_process_exec::env>(environment);
}

inline event_builder opened(std::string_view path, std::int32_t flags) {
  return event_builder{event_kind::security_file_open}
      .arg<events::security_file_open::pathname>(path)
      .arg<events::security_file_open::flags>(flags);
}

inline event_builder renamed(std::string_view from, std::string_view to) {
  return event_builder{event_kind::security_inode_rename}
      .arg<events::security_inode_rename::old_path>(from)
      .arg<events::security_inode_rename::new_path>(to);
}

inline const std::vector<finding_data> nothing{};
inline const std::vector<finding_data> without_data{{}};

inline std::vector<finding_data> data(finding_data one) {
  return {std::move(one)};
}

// x86-64's numbers, as records have them.
inline constexpr int wronly = 01, rdwr = 02, creat = 0100, trunc = 01000,
                     append = 02000, cloexec = 02000000, largefile = 0100000;
inline constexpr std::string_view preload = "/etc/ld.so.preload";

} // namespace vedette
