#include "actors/supervisor.hpp"
#include "bpf/file_descriptor.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/test_sink.hpp"

#include <gmock/gmock.h>
#include <sys/eventfd.h>

#include <cstdint>
#include <unistd.h>

namespace vedette {

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class supervisors : public actor_test {
protected:
  void start(std::size_t sinks) {
    supervisor_ = spawn_supervisor(system_, sinks, done_.get());
  }
  test_sink_actor watched(const std::string& name) {
    const auto actor = system_.spawn(test_sink, &spy_);
    tell(watch_atom_v, name, caf::actor_cast<caf::strong_actor_ptr>(actor));
    return actor;
  }
  template <class... Ts>
  void tell(Ts... message) {
    self_->send(supervisor_, std::move(message)...);
    run();
  }
  /// Whether whoever waits has been told since the last time.
  bool told() {
    std::uint64_t count = 0;
    return read(done_.get(), &count, sizeof(count)) == sizeof(count);
  }
  pipeline_outcome outcome() { return ask(supervisor_, status_atom_v).value(); }
  template <class Handle>
  void kill(const Handle& actor, caf::exit_reason why) {
    self_->send_exit(actor, why);
    run();
  }

  file_descriptor done_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  spied_sink spy_;
  supervisor_actor supervisor_;
};

TEST_F(supervisors, tell_when_the_last_sink_has_ended) {
  start(2);
  tell(ended_atom_v, std::string{"sink a"});
  EXPECT_FALSE(told());
  EXPECT_EQ(outcome().open_sinks, 1U);
  EXPECT_FALSE(outcome().is_drained());
  tell(ended_atom_v, std::string{"sink b"});
  EXPECT_TRUE(told());
  EXPECT_TRUE(outcome().is_drained());
  EXPECT_THAT(outcome().failures, IsEmpty());
}

TEST_F(supervisors, tell_of_a_stage_that_cannot_go_on_and_of_the_end_after_it) {
  start(2);
  tell(ended_atom_v, std::string{"sink a"}, error{ec::sink_failed, "no room"});
  EXPECT_TRUE(told());
  ASSERT_THAT(outcome().failures, SizeIs(1));
  EXPECT_EQ(outcome().failures[0].node, "sink a");
  EXPECT_EQ(outcome().failures[0].why.code, ec::sink_failed);
  EXPECT_EQ(outcome().failures[0].why.detail, "no room");
  EXPECT_FALSE(outcome().is_drained()) << "both sinks go on to their ends";
  tell(ended_atom_v, std::string{"sink b"});
  EXPECT_FALSE(told());
  EXPECT_FALSE(outcome().is_drained());
  tell(ended_atom_v, std::string{"sink a"});
  EXPECT_TRUE(told());
  EXPECT_TRUE(outcome().is_drained());
}

TEST_F(supervisors, tell_of_an_actor_that_dies) {
  start(1);
  const auto one = watched("enricher 0"), other = watched("runner main/0");
  kill(one, caf::exit_reason::unhandled_exception);
  EXPECT_TRUE(told());
  ASSERT_THAT(outcome().failures, SizeIs(1));
  EXPECT_EQ(outcome().failures[0].node, "enricher 0");
  EXPECT_EQ(outcome().failures[0].why.code, ec::unavailable);
  EXPECT_THAT(outcome().failures[0].why.detail, HasSubstr("stopped: "));
  EXPECT_TRUE(outcome().is_drained()) << "what it held will never come out";
  stop(other);
  EXPECT_THAT(outcome().failures, SizeIs(1));
}

TEST_F(supervisors, tell_of_an_actor_that_was_dead_before_it_was_watched) {
  start(1);
  const auto actor = system_.spawn(test_sink, &spy_);
  kill(actor, caf::exit_reason::unhandled_exception);
  tell(watch_atom_v, std::string{"sink a"},
       caf::actor_cast<caf::strong_actor_ptr>(actor));
  EXPECT_TRUE(told());
  EXPECT_THAT(outcome().failures, SizeIs(1));
}

TEST_F(supervisors, let_actors_end_in_peace) {
  start(1);
  const auto one = watched("enricher 0");
  stop(one);
  EXPECT_FALSE(told());
  EXPECT_THAT(outcome().failures, IsEmpty());
}

} // namespace

} // namespace vedette
