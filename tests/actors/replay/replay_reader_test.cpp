#include "actors/replay/replay_reader.hpp"
#include "actors/supervisor.hpp"
#include "bpf/file_descriptor.hpp"
#include "runtime/reply.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/served_shells.hpp"

#include <caf/stateful_actor.hpp>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <array>
#include <deque>
#include <unistd.h>

CAF_ADD_ATOM(vedette_reader_test, vedette, give_credit_atom, "credit")

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// What a test knows of the shard that a reader feeds.
struct spied_shard {
  std::vector<raw_flow> got;
  bool hold = false;  ///< Batches are answered by give_credit_atom.
  int ended_fd = -1; ///< Readable when it has ended.

  [[nodiscard]] std::vector<event_view> events() const {
    std::vector<event_view> all;
    for (const auto& one : got)
      if (one.events)
        for (const auto event : one.events->events())
          all.push_back(event);
    return all;
  }
};

using test_enricher_actor =
    interface<result<void>(raw_flow), result<void>(nudge_atom, time_ns),
              result<stage_status>(status_atom),
              result<void>(give_credit_atom, std::size_t)>;

struct test_enricher_state {
  std::deque<completion_ptr> held;
};

test_enricher_actor::behavior_type
test_enricher(test_enricher_actor::stateful_pointer<test_enricher_state> self,
              spied_shard* spy) {
  return {
      [=](raw_flow& next) {
        if (spy->hold && next.events)
          self->state.held.push_back(complete_later(self));
        spy->got.push_back(std::move(next));
        const std::uint64_t one = 1;
        if (spy->got.back().last && spy->ended_fd >= 0) [[maybe_unused]]
          const auto told = write(spy->ended_fd, &one, sizeof(one));
      },
      [](nudge_atom, time_ns) {},
      [](status_atom) { return stage_status{}; },
      [=](give_credit_atom, std::size_t count) {
        auto& held = self->state.held;
        for (; count > 0 && !held.empty(); --count)
          held.pop_front();
      },
  };
}

class bad_input final : public input_source {
public:
  [[nodiscard]] std::string_view name() const override { return "bad"; }
  std::expected<std::size_t, error> read(std::span<char>) override {
    return std::unexpected{error{ec::system, "cannot read bad: Input/output error"}};
  }
};

std::string kill_lines(std::size_t count, std::uint64_t begin = 1000) {
  std::vector<event_builder> events;
  for (std::size_t i = 0; i < count; ++i)
    events.push_back(event_builder{event_kind::kill}.by({7, 70}).at(begin + i));
  return to_lines(events);
}

class replay_readers : public actor_test {
protected:
  void start(std::size_t shards = 1) {
    spies_.resize(shards);
    setup_.name = "reader";
    setup_.config.shards = shards;
    setup_.own_thread = false;
    setup_.supervisor = supervisor_;
    setup_.report = [this](std::string_view line) { refused_.emplace_back(line); };
    for (auto& spy : spies_) {
      shards_.push_back(system_.spawn(test_enricher, &spy));
      setup_.to.push_back(caf::actor_cast<enricher_actor>(shards_.back()));
    }
    reader_ = spawn_replay_reader(system_, std::move(setup_));
    self_->send(reader_, start_atom_v);
    run();
  }
  void read(std::string text, std::string name = "input") {
    setup_.inputs.push_back(text_input(std::move(name), std::move(text)));
  }
  void credit(std::size_t shard, std::size_t batches) {
    self_->send(shards_.at(shard), give_credit_atom_v, batches);
    run();
  }
  stage_status status() { return ask(reader_, status_atom_v).value(); }
  pipeline_outcome outcome() { return ask(supervisor_, status_atom_v).value(); }

  file_descriptor done_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  supervisor_actor supervisor_ = spawn_supervisor(system_, 1, done_.get());
  replay_reader_setup setup_;
  std::deque<spied_shard> spies_{1};
  std::vector<test_enricher_actor> shards_;
  std::vector<std::string> refused_;
  collector_actor reader_;
};

TEST_F(replay_readers, read_one_input_after_another) {
  read(kill_lines(3));
  read("x\n", "second");
  read("");
  read(kill_lines(2, 2000).append("y"), "last");
  start();
  std::vector<std::uint64_t> positions;
  for (const auto event : spies_[0].events())
    positions.push_back(event.position());
  EXPECT_THAT(positions, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(refused_, ElementsAre(HasSubstr("second:1: "), HasSubstr("last:3: ")));
  EXPECT_TRUE(spies_[0].got.back().last);
  EXPECT_EQ(status().balance, (stage_balance{7, 0, 5, 2, 0}));
  EXPECT_EQ(status().skipped, 2U);
}

TEST_F(replay_readers, introduce_themselves_to_every_shard) {
  start(3);
  for (const auto& spy : spies_) {
    ASSERT_FALSE(spy.got.empty());
    EXPECT_EQ(spy.got[0].origin, caf::actor_cast<origin_actor>(reader_));
    EXPECT_EQ(spy.got[0].watermark, beginning_of_time);
    EXPECT_EQ(spy.got[0].events, nullptr);
    EXPECT_EQ(std::ranges::count_if(spy.got, &raw_flow::last), 1);
  }
}

TEST_F(replay_readers, read_no_further_than_their_credit) {
  constexpr std::size_t lines = 5000, batch = 10, credits = 3, window = 20;
  setup_.config = {1, batch, credits, window};
  read(kill_lines(lines));
  spies_[0].hold = true;
  start();
  EXPECT_THAT(spies_[0].events(), SizeIs(credits * batch));
  EXPECT_LE(status().balance.in, (credits + 1) * batch + window + 1);
  EXPECT_FALSE(spies_[0].got.back().last);
  const auto messages = spies_[0].got.size();
  run();
  EXPECT_EQ(spies_[0].got.size(), messages) << "it waits, and does not repeat itself";

  credit(0, 1);
  EXPECT_THAT(spies_[0].events(), SizeIs((credits + 1) * batch));
  for (std::size_t i = 0; i < lines; i += batch)
    credit(0, 1);
  EXPECT_THAT(spies_[0].events(), SizeIs(lines));
  EXPECT_TRUE(spies_[0].got.back().last);
  EXPECT_EQ(status().balance, (stage_balance{lines, 0, lines, 0, 0}));
}

TEST_F(replay_readers, end_when_they_are_told_to_with_what_they_have_read) {
  setup_.config = {1, 10, 1, 5};
  read(kill_lines(5000));
  spies_[0].hold = true;
  start();
  self_->send(reader_, stop_atom_v);
  run();
  for (auto i = 0; i < 5; ++i)
    credit(0, 1);
  EXPECT_TRUE(spies_[0].got.back().last);
  EXPECT_GT(status().balance.out, 10U);
  EXPECT_LT(status().balance.out, 40U);
  EXPECT_TRUE(status().balance.adds_up());
}

TEST_F(replay_readers, report_an_input_that_cannot_be_read_and_end) {
  read(kill_lines(3));
  setup_.inputs.push_back(std::make_unique<bad_input>());
  read(kill_lines(3));
  start();
  ASSERT_THAT(outcome().failures, SizeIs(1));
  EXPECT_EQ(outcome().failures[0].node, "reader");
  EXPECT_THAT(outcome().failures[0].why.detail, HasSubstr("cannot read bad"));
  EXPECT_TRUE(spies_[0].got.back().last);
  EXPECT_EQ(status().balance, (stage_balance{3, 0, 3, 0, 0}));
}

TEST_F(replay_readers, end_at_the_first_bad_line_where_they_are_strict) {
  setup_.strict = true;
  read(kill_lines(2) + "x\ny\n" + kill_lines(2));
  start();
  ASSERT_THAT(outcome().failures, SizeIs(1));
  EXPECT_EQ(outcome().failures[0].why.code, ec::bad_input);
  EXPECT_THAT(outcome().failures[0].why.detail, HasSubstr("input:3: "));
  EXPECT_EQ(status().balance, (stage_balance{3, 0, 2, 1, 0}));
  EXPECT_TRUE(spies_[0].got.back().last);
}

TEST_F(replay_readers, say_what_came_too_late) {
  setup_.config.reorder = 2;
  read(kill_lines(5, 2000) + kill_lines(1));
  start();
  EXPECT_EQ(status().late, 1U);
  EXPECT_THAT(spies_[0].events(), SizeIs(6));
}

TEST_F(replay_readers, go_on_where_a_shard_is_gone) {
  setup_.config = {2, 10, 1, 5};
  read(kill_lines(1000));
  spies_.resize(2);
  spies_[1].hold = true;
  start(2);
  stop(shards_[1]);
  run();
  EXPECT_TRUE(status().balance.adds_up());
  EXPECT_EQ(status().balance.in, 1000U);
  EXPECT_TRUE(spies_[0].got.back().last);
}

/// With a thread of its own, at a pipe in which there is nothing.
TEST(ReplayReader, HearsMessagesWhileItWaitsForInput) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const file_descriptor reading{ends[0]}, writing{ends[1]};
  const file_descriptor done{eventfd(0, EFD_CLOEXEC)};
  spied_shard spy;
  spy.ended_fd = done.get();
  const auto line = kill_lines(1);
  ASSERT_EQ(write(writing.get(), line.data(), line.size()),
            static_cast<ssize_t>(line.size()));
  {
    system_config config{1};
    caf::actor_system system{config};
    caf::scoped_actor self{system};
    replay_reader_setup setup;
    setup.name = "reader";
    auto input = open_input("/proc/self/fd/" + std::to_string(reading.get()));
    ASSERT_TRUE(input);
    ASSERT_GE((*input)->fd(), 0);
    setup.inputs.push_back(std::move(*input));
    const auto shard = system.spawn(test_enricher, &spy);
    setup.to = {caf::actor_cast<enricher_actor>(shard)};
    const auto reader = spawn_replay_reader(system, std::move(setup));
    self->send(reader, start_atom_v);
    std::uint64_t read_lines = 0;
    while (read_lines == 0)
      self->request(reader, caf::infinite, status_atom_v)
          .receive([&](const stage_status& now) { read_lines = now.balance.in; },
                   [](const caf::error&) {});
    self->send(reader, stop_atom_v);
    std::uint64_t ended = 0;
    EXPECT_EQ(read(done.get(), &ended, sizeof(ended)), ssize_t{sizeof(ended)});
    self->send_exit(reader, caf::exit_reason::user_shutdown);
    self->send_exit(shard, caf::exit_reason::user_shutdown);
    for (auto& one : spy.got)
      one.origin = origin_actor{}; // ~actor_system waits until a thread's actor is gone.
  }
  EXPECT_THAT(spy.events(), SizeIs(1));
}

} // namespace

} // namespace vedette
