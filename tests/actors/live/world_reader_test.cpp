#include "actors/live/world_reader.hpp"
#include "events/batch_builder.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/events.hpp"

#include <gmock/gmock.h>

#include <array>
#include <utility>
#include <vector>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

using readings = std::vector<std::pair<bool, bool>>;

origin_actor::behavior_type collector(origin_actor::pointer,
                                      std::vector<raw_batch_ptr>* told) {
  return {
      [](nudge_atom, time_ns) {},
      [](lost_atom, const std::string&, const std::string&, std::uint64_t, time_ns,
         time_ns) {},
      [told](tell_atom, const raw_batch_ptr& events, bool last) {
        EXPECT_FALSE(last);
        told->push_back(events);
      },
  };
}

raw_batch_ptr some(std::uint32_t shard) {
  batch_builder builder{shard};
  builder.add(event_builder{event_kind::cgroup_notice}.record());
  return builder.take();
}

class world_reader_test : public actor_test {
protected:
  world_reader_test() {
    reader_ = spawn_world_reader(
        system_, {.read = [this](bool tasks, bool cgroups) { return read(tasks, cgroups); },
                  .own_thread = false});
    self_->send(reader_, start_atom_v,
                std::vector{system_.spawn(collector, &told_[0]),
                            system_.spawn(collector, &told_[1])});
    run();
  }
  ~world_reader_test() override { stop(reader_); }

  std::expected<world_batches, error> read(bool tasks, bool cgroups) {
    readings_.emplace_back(tasks, cgroups);
    if (fails_)
      return std::unexpected{error{ec::system, "no"}};
    return world_batches{{some(0), some(0)}, {some(1)}};
  }
  void ask_for(bool tasks, bool cgroups) {
    self_->send(reader_, rescan_atom_v, tasks, cgroups);
  }

  readings readings_;
  bool fails_ = false;
  std::array<std::vector<raw_batch_ptr>, 2> told_;
  world_reader_actor reader_;
};

TEST_F(world_reader_test, reads_what_is_asked_for_and_tells_each_shard_its_part) {
  ask_for(false, true);
  run();
  EXPECT_THAT(readings_, ElementsAre(std::pair{false, true}));
  EXPECT_THAT(told_[0], SizeIs(2));
  ASSERT_THAT(told_[1], SizeIs(1));
  EXPECT_EQ(told_[1][0]->shard(), 1U);
}

TEST_F(world_reader_test, reads_once_in_its_time_whoever_asks) {
  ask_for(false, true);
  run();
  ask_for(true, false);
  ask_for(true, false);
  ask_for(false, true);
  run();
  EXPECT_THAT(readings_, SizeIs(1)) << "it rests";
  let_time_pass();
  EXPECT_THAT(readings_, ElementsAre(std::pair{false, true}, std::pair{true, true}));
  let_time_pass();
  EXPECT_THAT(readings_, SizeIs(2)) << "nobody has asked since";
  ask_for(true, false);
  run();
  EXPECT_THAT(readings_, SizeIs(3));
}

TEST_F(world_reader_test, goes_on_after_a_reading_that_failed) {
  fails_ = true;
  ask_for(true, true);
  run();
  EXPECT_THAT(told_[0], IsEmpty());
  fails_ = false;
  ask_for(true, true);
  let_time_pass();
  EXPECT_THAT(told_[0], SizeIs(2));
}

} // namespace

} // namespace vedette
