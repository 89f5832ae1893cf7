#include "actors/replay/replay_state.hpp"
#include "tests/datasources/containers/containers_fixture.hpp"
#include "tests/events/capture/recording.hpp"
#include "tests/support/pipeline_run.hpp"
#include "tests/support/task_events.hpp"

#include <gmock/gmock.h>

// A capture through the whole pipeline, as a replay reads it.
namespace vedette {

namespace {

using namespace capture_tests;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// What was recorded of two live shards.
std::string capture_of(const std::vector<std::vector<event_builder>>& shards) {
  std::string out;
  capture_writer writer{facts_of(2), out};
  for (std::uint32_t shard = 0; shard < 2; ++shard) {
    writer.add(*make_batch(shards[shard], {shard, offset, 0}), out);
    writer.advance(shard, end_of_time);
  }
  writer.finish(out);
  return out;
}

/// Of two live shards: a server starts a chain of programs, each by a fork of the one
/// before; some live in one shard, some in the other.
std::string recorded() {
  std::vector<std::vector<event_builder>> shards(2);
  const task server{100, 1000};
  shards[0].push_back(begun({1, 1}, server, true)
                          .comm("nginx")
                          .arg<events::task_begin::comm>("nginx")
                          .arg<events::task_begin::pathname>("/usr/sbin/nginx"));
  std::uint64_t time = 10'000;
  for (std::uint32_t pid = 101; pid < 121; ++pid) {
    const task child{pid, time};
    shards[0].push_back(forked(server, child).comm("nginx"));
    if (pid % 2 == 1)
      shards[1].push_back(begun(server, child)
                              .comm("nginx")
                              .arg<events::task_begin::comm>("nginx")
                              .arg<events::task_begin::pathname>("/usr/sbin/nginx")
                              .at(time + 1));
    shards[pid % 2].push_back(executed(child, pid % 3 == 0 ? "memfd:x" : "/bin/sh", {"sh"})
                                  .parent(server)
                                  .at(time + 5));
    shards[pid % 2].push_back(exited(child).parent(server).at(time + 6));
    time += 10;
  }
  return capture_of(shards);
}

pipeline_result replay(const std::string& input, unsigned shards,
                       const std::string& more = "") {
  pipeline_run run{{.yaml = "sinks: {out: {type: json, path: '-', take: [findings, "
                            "sched_process_fork, sched_process_exec]}}\n"
                            "pipeline: {shards: "
                            + std::to_string(shards) + "}\n" + more},
                   input};
  run.begin();
  return run.result();
}

/// Execs and losses, no findings.
pipeline_result replay_lines(const std::string& input, unsigned shards) {
  pipeline_run run{{.yaml = "sinks: {out: {type: json, path: '-', take: "
                            "[sched_process_exec, lost_events]}}\n"
                            "pipeline: {shards: "
                            + std::to_string(shards) + "}\n"},
                   input};
  run.begin();
  return run.result();
}

TEST(CaptureReplay, gives_the_same_output_with_any_number_of_shards) {
  const auto once = replay(recorded(), 2);
  EXPECT_THAT(once.lines("-"), SizeIs(testing::Ge(50)));
  EXPECT_THAT(once.text.at("-"), HasSubstr("fileless_execution"));
  EXPECT_THAT(once.lines("-").at(0), HasSubstr(R"("timestamp":1700000000000010000)"));
  EXPECT_THAT(once.lines("-").at(0), HasSubstr(R"("executable":{"path":"/usr/sbin/nginx"})"));
  EXPECT_EQ(once.stage("reader").late, 0);
  for (const unsigned shards : {1, 3, 4, 7}) {
    const auto again = replay(recorded(), shards);
    EXPECT_EQ(again.text.at("-"), once.text.at("-")) << shards;
    EXPECT_TRUE(again.stage("reader").balance.adds_up());
  }
  EXPECT_THAT(once.outcome.failures, IsEmpty());
}

TEST(CaptureReplay, tells_of_what_a_damaged_block_has_hidden_with_any_number_of_shards) {
  std::string bytes;
  capture_writer writer{facts_of(1), bytes};
  std::size_t middle = 0;
  for (std::uint32_t pid = 100; pid < 103; ++pid) {
    const auto time = static_cast<std::int64_t>(pid) * 100;
    const auto begin = bytes.size();
    writer.add(*make_batch({executed({pid, 1000}, "memfd:x", {"x"}).at(time)},
                           {0, offset, pid - 100}),
               bytes);
    writer.advance(0, pid == 102 ? end_of_time : at(time + 10));
    writer.flush(bytes);
    if (pid == 101)
      middle = (begin + bytes.size()) / 2 + sizeof(block_header) / 2;
  }
  writer.finish(bytes);
  bytes[middle] = static_cast<char>(bytes[middle] ^ 1);

  for (const unsigned shards : {1, 3}) {
    const auto result = replay_lines(bytes, shards);
    ASSERT_THAT(result.lines("-"), SizeIs(3));
    EXPECT_THAT(result.lines("-").at(1),
                AllOf(HasSubstr(R"("timestamp":1700000000000010011)"),
                      HasSubstr(R"("eventName":"lost_events")"),
                      HasSubstr(R"({"name":"event","type":"string","value":""})"),
                      HasSubstr(R"("name":"count","type":"uint64","value":1)"),
                      HasSubstr(R"("value":"capture, shard 0")")));
    EXPECT_EQ(result.stage("reader").skipped, 1);
    EXPECT_TRUE(result.stage("reader").balance.adds_up());
  }
}

/// Of two live shards, all in one nanosecond.
std::string recorded_at_once() {
  std::vector<std::vector<event_builder>> shards(2);
  for (std::uint32_t pid = 100; pid < 140; ++pid)
    // Places in the rings do not go by pids.
    shards[pid % 5 == 0 ? 0 : 1].push_back(
        executed({pid, 1000}, "memfd:x", {"x"}).at(10'000));
  return capture_of(shards);
}

TEST(CaptureReplay, keeps_the_order_within_a_nanosecond_with_any_number_of_shards) {
  const auto once = replay(recorded_at_once(), 1);
  EXPECT_THAT(once.lines("-"), SizeIs(80)) << "each with a finding";
  for (const unsigned shards : {2, 3, 4, 7})
    EXPECT_EQ(replay(recorded_at_once(), shards).text.at("-"), once.text.at("-")) << shards;
}

/// Of two live shards: a container's directory is made in one, its program runs in the other,
/// and what its runtime says of it comes when the program has executed once.
std::string recorded_container() {
  namespace told = events::container_notice;
  namespace notice = events::cgroup_notice;
  namespace made = events::cgroup_mkdir;
  const std::string path = "/docker/" + full_id("ab");
  const task runtime{101, 1000}, program{102, 2000};
  const auto named = event_builder{event_kind::container_notice}
                         .arg<told::container_id>(full_id("ab"))
                         .arg<told::container_name>("web")
                         .at(0);
  std::vector<std::vector<event_builder>> shards(2);
  shards[0] = {event_builder{event_kind::cgroup_notice}
                   .arg<notice::cgroup_id>(7)
                   .arg<notice::cgroup_path>(path)
                   .arg<notice::hierarchy_id>(0)
                   .arg<notice::change>(RECORD_CGROUP_MADE)
                   .at(3000),
               executed(program, "memfd:one", {"x"}).cgroup(7).at(4000), named,
               executed(program, "memfd:two", {"x"}).cgroup(7).at(5000)};
  shards[1] = {event_builder{event_kind::cgroup_mkdir}
                   .by(runtime)
                   .arg<made::cgroup_id>(7)
                   .arg<made::cgroup_path>(path)
                   .arg<made::hierarchy_id>(0)
                   .at(3000),
               named};
  return capture_of(shards);
}

TEST(CaptureReplay, knows_containers_in_every_shard_as_the_live_run_did) {
  const auto once = replay(recorded_container(), 2);
  ASSERT_THAT(once.lines("-"), SizeIs(4)) << "each with a finding";
  EXPECT_THAT(once.lines("-").at(0), HasSubstr(R"("containerId":")" + full_id("ab")));
  EXPECT_THAT(once.lines("-").at(0), Not(HasSubstr("web")));
  EXPECT_THAT(once.lines("-").at(2), HasSubstr(R"("name":"web")"));
  EXPECT_EQ(once.stage("reader").late, 0);
  for (const unsigned shards : {1, 3, 4, 7}) {
    const auto again = replay(recorded_container(), shards);
    EXPECT_EQ(again.text.at("-"), once.text.at("-")) << shards;
    EXPECT_TRUE(again.stage("reader").balance.adds_up());
  }
}

TEST(CaptureReplay, of_a_damaged_file_gives_what_is_whole_and_one_error) {
  auto bytes = recorded();
  const auto half = replay(bytes.substr(0, bytes.size() - sizeof(block_header) - 1), 2);
  EXPECT_THAT(half.lines("-"), SizeIs(testing::Ge(10))) << "those of one shard";
  ASSERT_EQ(half.outcome.failures.size(), 1);
  EXPECT_THAT(half.outcome.failures[0].why.detail,
              testing::MatchesRegex("input: at byte [0-9]+: it is cut off in a block: .*"));
  EXPECT_EQ(half.outcome.open_sinks, 0) << "it has run to its end";
  EXPECT_EQ(half.stage("reader").skipped, 1);
}

TEST(CaptureReplay, passes_over_events_of_another_version_and_loses_nothing_else) {
  std::string out;
  auto facts = facts_of(1);
  facts.events[static_cast<std::size_t>(event_kind::task_rename)] = "of a future";
  capture_writer writer{facts, out};
  const task one{100, 1000}, child{101, 1010};
  writer.add(*make_batch({forked(one, child).at(1010),
                          event_builder{event_kind::task_rename}.at(1011),
                          executed(child, "/bin/sh", {"sh"}).at(1012)},
                         {0, offset, 0}),
             out);
  writer.advance(0, end_of_time);
  writer.finish(out);
  const auto result = replay(out, 2);
  EXPECT_THAT(result.lines("-"), SizeIs(2));
  EXPECT_THAT(result.refused, ElementsAre(HasSubstr("passes over 1 events of kinds")));
  const auto& reader = result.stage("reader").balance;
  EXPECT_EQ(reader.filtered, 1);
  EXPECT_TRUE(reader.adds_up());
}

TEST(CaptureReplay, is_told_from_text_by_its_first_bytes) {
  const auto short_text = replay("{", 1);
  EXPECT_THAT(short_text.refused, ElementsAre(HasSubstr("input:1: ")));
  const auto none = replay("", 1);
  EXPECT_THAT(none.outcome.failures, IsEmpty());
  const auto cut = replay(recorded().substr(0, 3), 1);
  EXPECT_THAT(cut.refused, IsEmpty());
  EXPECT_EQ(cut.outcome.failures.size(), 1);
}

/// What shards are given of records, in the epoch's time.
struct dealt {
  std::int64_t time;
  std::uint64_t position;

  bool operator==(const dealt&) const = default;
};
std::ostream& operator<<(std::ostream& out, const dealt& one) {
  return out << one.time << " " << one.position;
}

class CaptureState : public testing::Test {
protected:
  void captured(std::uint64_t boottime, std::int64_t offset_ns) {
    const std::chrono::nanoseconds to_epoch{offset_ns};
    state_.accept(event_builder{event_kind::kill}.by({1, 1}).at(boottime).record(),
                  time_ns{std::chrono::nanoseconds{boottime} + to_epoch}, to_epoch, 0);
    EXPECT_TRUE(state_.drain());
  }
  void json(std::uint64_t time) {
    state_.accept(event_builder{event_kind::kill}
                      .by({1, 1})
                      .at(time)
                      .replayed(state_.accepted())
                      .record());
    EXPECT_TRUE(state_.drain());
  }

  std::vector<dealt> got_;
  std::size_t batches_ = 0;
  replay_state state_{{.reorder = 1}, [this](const raw_flow& next) {
                        batches_ += next.events ? 1 : 0;
                        if (next.events)
                          for (const auto event : next.events->events())
                            got_.push_back({event.time().time_since_epoch().count(),
                                            event.position()});
                      }};
};

TEST_F(CaptureState, mixes_records_of_a_kernel_with_those_of_json) {
  captured(10, 1000);
  json(1020);
  captured(30, 1000);
  json(1040);
  EXPECT_TRUE(state_.finish());
  EXPECT_THAT(got_, ElementsAre(dealt{1010, 0}, dealt{1020, 1},
                                dealt{1030, 2}, dealt{1040, 3}));
  EXPECT_EQ(batches_, 4) << "each has its clock";
}

TEST_F(CaptureState, has_batches_of_one_clock) {
  captured(10, 1000);
  captured(20, 1000);
  captured(30, 2000);
  captured(31, 2000);
  EXPECT_TRUE(state_.finish());
  EXPECT_THAT(got_, ElementsAre(dealt{1010, 0}, dealt{1020, 1},
                                dealt{2030, 2}, dealt{2031, 3}));
  EXPECT_EQ(batches_, 2);
  EXPECT_EQ(state_.late(), 0);
}

TEST_F(CaptureState, moves_a_record_whose_clock_differs_by_a_tick_out_of_the_others_time) {
  captured(30, 1000);
  captured(10, 1020);
  EXPECT_TRUE(state_.finish());
  EXPECT_THAT(got_, ElementsAre(dealt{1030, 0}, dealt{1030, 1}));
  EXPECT_EQ(batches_, 2);
  EXPECT_EQ(state_.late(), 1);
}

TEST_F(CaptureState, counts_a_late_record) {
  captured(10, 1000);
  captured(20, 1000);
  captured(30, 1000);
  captured(5, 1000);
  EXPECT_TRUE(state_.finish());
  EXPECT_THAT(got_, ElementsAre(dealt{1010, 0}, dealt{1020, 1},
                                dealt{1005, 3}, dealt{1030, 2}));
  EXPECT_EQ(state_.late(), 1);
}

} // namespace

} // namespace vedette
