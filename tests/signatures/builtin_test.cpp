#include "signatures/builtin.hpp"
#include "signatures/finding_ids.hpp"
#include "signatures/signature_info.hpp"
#include "tests/signatures/detections.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::Not;
using testing::SizeIs;

// What all have in common.

TEST(builtin_signatures, say_who_they_are) {
  std::vector<std::int32_t> ids;
  for (const auto& factory : builtin_signatures()) {
    const auto about = factory.make()->metadata();
    SCOPED_TRACE(about.id);
    EXPECT_FALSE(about.version.empty() || about.name.empty() || about.event_name.empty()
                 || about.description.empty());
    EXPECT_GE(about.severity, 0);
    EXPECT_LE(about.severity, 3);
    const auto place = std::ranges::find(signature_ids, about.id);
    ASSERT_NE(place, signature_ids.end());
    EXPECT_EQ(about.event_id, 6000 + (place - signature_ids.begin()));
    for (const auto* name : {"Category", "Technique", "id", "external_id"})
      EXPECT_TRUE(value{about.properties}.at(name).has_value()) << name;
    ids.push_back(about.event_id);
  }
  EXPECT_TRUE(std::ranges::is_sorted(ids));
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
}

TEST(builtin_signatures, select_events_that_are_in_the_table) {
  for (const auto& factory : builtin_signatures())
    for (const auto& one : factory.make()->selected_events())
      EXPECT_TRUE(find_event(one.name)) << one.name;
}

TEST(builtin_signatures, have_the_event_ids_of_the_specification) {
  EXPECT_EQ(finding_event_id("TRC-101"), 6000);
  EXPECT_EQ(finding_event_id("TRC-1031"), 6030);
  EXPECT_EQ(finding_event_id("VED-1"), 6031);
  EXPECT_EQ(finding_event_id("VED-6"), 6036);
}

TEST(builtin_signatures, tell_what_they_need_without_being_run) {
  for (const auto& factory : builtin_signatures()) {
    const auto info = inspect(factory);
    ASSERT_TRUE(info) << info.error().detail;
    if (info->metadata.id == "VED-6") {
      EXPECT_THAT(info->data_sources, ElementsAre("tracee/process_tree"));
      EXPECT_EQ(info->events, event_selection{event_kind::sched_process_exec});
      EXPECT_FALSE(inspect(factory, value::object{{"servers", 1}}));
    } else if (info->metadata.id.starts_with("TRC-")) {
      EXPECT_THAT(info->data_sources, SizeIs(0)) << info->metadata.id;
    } else {
      EXPECT_THAT(info->data_sources, Not(SizeIs(0))) << info->metadata.id;
    }
  }
}

TEST_P(detections, are_made) {
  signature_run run{GetParam().signature};
  ASSERT_TRUE(run.loaded()) << run.loaded().error().detail;
  const auto found = run.on_any(GetParam().event);
  ASSERT_EQ(found.size(), GetParam().expected.size());
  for (std::size_t i = 0; i < found.size(); ++i)
    EXPECT_EQ(to_json(found[i]), to_json(GetParam().expected[i]));
}

// Each one's cases. Those of further signatures: events_test.cpp, files_test.cpp.

INSTANTIATE_TEST_SUITE_P(
    trc_102, detections,
    testing::Values(detection{"traceme", "TRC-102", traced(0), without_data},
                    detection{"peektext", "TRC-102", traced(1), nothing},
                    detection{"attach", "TRC-102", traced(16), nothing},
                    detection{"seize", "TRC-102", traced(0x4206), nothing},
                    detection{"low_half_is_zero", "TRC-102",
                              traced(std::int64_t{1} << 32), nothing},
                    detection{"no_request", "TRC-102",
                              event_builder{event_kind::ptrace}, nothing}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    trc_105, detections,
    testing::Values(
        detection{"memfd", "TRC-105", executed_at("memfd:x"), without_data},
        detection{"memfd_without_a_name", "TRC-105", executed_at("memfd:"),
                  without_data},
        detection{"dev_shm", "TRC-105", executed_at("/dev/shm/x"), without_data},
        detection{"run_shm", "TRC-105", executed_at("/run/shm/a/b"), without_data},
        detection{"disk", "TRC-105", executed_at("/bin/true"), nothing},
        detection{"a_directory_named_memfd", "TRC-105", executed_at("/tmp/memfd:x"),
                  nothing},
        detection{"not_below_dev_shm", "TRC-105", executed_at("/dev/shmx"), nothing},
        detection{"dev_shm_of_another_root", "TRC-105", executed_at("/mnt/dev/shm/x"),
                  nothing},
        detection{"no_path", "TRC-105", event_builder{event_kind::sched_process_exec},
                  nothing}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    trc_107, detections,
    testing::Values(
        detection{"preload", "TRC-107", executed_with({"A=1", "LD_PRELOAD=/x.so"}),
                  data({{"LD_PRELOAD", "LD_PRELOAD=/x.so"}})},
        detection{"library_path", "TRC-107", executed_with({"LD_LIBRARY_PATH=/a=b"}),
                  data({{"LD_LIBRARY_PATH", "LD_LIBRARY_PATH=/a=b"}})},
        detection{"both", "TRC-107",
                  executed_with({"LD_LIBRARY_PATH=", "LD_PRELOAD=p"}),
                  data({{"LD_LIBRARY_PATH", "LD_LIBRARY_PATH="},
                        {"LD_PRELOAD", "LD_PRELOAD=p"}})},
        detection{"twice", "TRC-107", executed_with({"LD_PRELOAD=1", "LD_PRELOAD=2"}),
                  data({{"LD_PRELOAD", "LD_PRELOAD=1"}})},
        detection{"name_alone", "TRC-107", executed_with({"LD_PRELOAD"}), nothing},
        detection{"longer_name", "TRC-107", executed_with({"LD_PRELOADED=1"}), nothing},
        detection{"prefixed_name", "TRC-107", executed_with({"XLD_PRELOAD=1"}),
                  nothing},
        detection{"in_a_value", "TRC-107", executed_with({"A=LD_PRELOAD=1"}), nothing},
        detection{"no_environment", "TRC-107", executed_at("/bin/true"), nothing},
        detection{"write", "TRC-107", opened(preload, wronly), without_data},
        detection{"read_and_write", "TRC-107", opened(preload, rdwr), without_data},
        detection{"create", "TRC-107",
                  opened(preload, wronly | creat | trunc | cloexec | largefile),
                  without_data},
        detection{"append_read_write", "TRC-107", opened(preload, rdwr | append),
                  without_data},
        detection{"read", "TRC-107", opened(preload, 0), nothing},
        detection{"create_for_reading", "TRC-107", opened(preload, creat | cloexec),
                  nothing},
        detection{"neither_read_nor_write", "TRC-107", opened(preload, 3), nothing},
        detection{"in_another_root", "TRC-107",
                  opened("/mnt/etc/ld.so.preload", wronly), without_data},
        detection{"longer_path", "TRC-107", opened("/etc/ld.so.preload.d", wronly),
                  nothing},
        detection{"other_directory", "TRC-107", opened("/ld.so.preload", wronly),
                  nothing},
        detection{"no_flags", "TRC-107",
                  event_builder{event_kind::security_file_open}
                      .arg<events::security_file_open::pathname>(preload),
                  nothing},
        detection{"rename_onto", "TRC-107", renamed("/tmp/x", preload), without_data},
        detection{"rename_from", "TRC-107", renamed(preload, "/tmp/x"), nothing}),
    name_of_case);

} // namespace

} // namespace vedette
