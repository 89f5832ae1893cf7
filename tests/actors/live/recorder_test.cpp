#include "actors/live/recorder.hpp"
#include "actors/supervisor.hpp"
#include "bpf/file_descriptor.hpp"
#include "tests/events/capture/recording.hpp"
#include "tests/support/actor_test.hpp"

#include <gmock/gmock.h>
#include <sys/eventfd.h>

namespace vedette {

namespace {

using namespace capture_tests;
using testing::ElementsAre;
using testing::IsEmpty;

struct spied_file {
  std::string bytes;
  bool fails = false;
};

class file_spy final : public sink_output {
public:
  explicit file_spy(spied_file& spy) : spy_{spy} {}

  std::expected<void, error> write(std::string_view text) override {
    if (spy_.fails)
      return std::unexpected{error{ec::sink_failed, "no room"}};
    spy_.bytes += text;
    return {};
  }

private:
  spied_file& spy_;
};

origin_actor::behavior_type nudged(origin_actor::pointer, std::vector<time_ns>* to) {
  return {
      [=](nudge_atom, time_ns until) { to->push_back(until); },
      [](lost_atom, const std::string&, const std::string&, std::uint64_t, time_ns,
         time_ns) {},
      [](tell_atom, const raw_batch_ptr&, bool) {},
  };
}

class recorders : public actor_test {
protected:
  void start() {
    recorder_ = spawn_recorder(system_, {.name = "recorder",
                                         .facts = facts_of(2),
                                         .to = std::make_unique<file_spy>(file_),
                                         .supervisor = supervisor_,
                                         .own_thread = false});
    run();
  }
  void give(std::uint32_t shard, std::vector<int> times, time_ns watermark,
            bool last = false) {
    std::vector<event_builder> events;
    for (const auto time : times)
      events.push_back(exit_at(time, 1));
    const auto batch =
        events.empty() ? nullptr : make_batch(events, {shard, offset, position_});
    position_ += events.size();
    self_->send(recorder_, flow{shard, batch, watermark, last, origin_});
    run();
  }
  pipeline_outcome outcome() { return ask(supervisor_, status_atom_v).value(); }
  stage_balance balance() { return ask(recorder_, status_atom_v).value().balance; }

  spied_file file_;
  std::vector<time_ns> nudges_;
  std::uint64_t position_ = 0;
  file_descriptor done_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  supervisor_actor supervisor_ = spawn_supervisor(system_, 1, done_.get());
  origin_actor origin_ = system_.spawn(nudged, &nudges_);
  runner_actor recorder_;
};

TEST_F(recorders, write_what_there_is_after_a_while) {
  start();
  EXPECT_EQ(read_all(file_.bytes).facts, facts_of(2));
  give(0, {10, 20}, at(30));
  EXPECT_EQ(read_all(file_.bytes).blocks.size(), 0);
  let_time_pass();
  const auto back = read_all(file_.bytes);
  ASSERT_EQ(back.blocks.size(), 1);
  EXPECT_EQ(back.blocks[0].watermark, at(30));
  EXPECT_EQ(back.records().size(), 2);
  EXPECT_THAT(nudges_, IsEmpty()) << "shard 1 has not introduced itself";
}

TEST_F(recorders, ask_shards_that_lag_how_far_they_are) {
  start();
  give(1, {}, beginning_of_time);
  give(0, {10, 20}, at(30));
  let_time_pass();
  EXPECT_THAT(nudges_, ElementsAre(at(20)));
  give(1, {}, at(25));
  let_time_pass();
  const auto back = read_all(file_.bytes);
  ASSERT_EQ(back.blocks.size(), 2);
  EXPECT_EQ(back.blocks[1].shard, 1);
  EXPECT_EQ(back.blocks[1].watermark, at(25));
}

TEST_F(recorders, end_the_file_when_all_shards_have_ended) {
  start();
  give(0, {10}, end_of_time, true);
  EXPECT_EQ(outcome().open_sinks, 1);
  give(2, {15}, end_of_time); // What was told beside the shards.
  give(1, {20}, end_of_time, true);
  EXPECT_EQ(outcome().open_sinks, 0);
  const auto back = read_all(file_.bytes);
  EXPECT_FALSE(back.damage);
  EXPECT_EQ(back.records().size(), 3);
  EXPECT_EQ(balance(), (stage_balance{3, 0, 3, 0, 0}));
  give(2, {30}, end_of_time);
  EXPECT_EQ(balance(), (stage_balance{4, 0, 3, 1, 0}));
  EXPECT_EQ(read_all(file_.bytes).records().size(), 3);
}

TEST_F(recorders, say_once_that_they_cannot_write_and_count_what_is_lost) {
  start();
  file_.fails = true;
  give(0, {10}, at(30));
  let_time_pass();
  give(0, {40}, at(50));
  let_time_pass();
  give(0, {}, end_of_time, true);
  give(1, {}, end_of_time, true);
  ASSERT_EQ(outcome().failures.size(), 1);
  EXPECT_EQ(outcome().failures[0].why.detail, "no room");
  EXPECT_EQ(outcome().open_sinks, 0);
  EXPECT_EQ(balance(), (stage_balance{2, 0, 0, 0, 2}));
}

} // namespace

} // namespace vedette
