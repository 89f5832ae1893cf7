#include "actors/supervisor.hpp"

#include <caf/actor_cast.hpp>
#include <caf/stateful_actor.hpp>

#include <cstdint>
#include <map>
#include <unistd.h>
#include <utility>

namespace vedette {

namespace {

struct supervisor_state {
  static constexpr auto name = "supervisor";

  int done_fd = -1;
  pipeline_outcome outcome;
  std::map<caf::actor_addr, std::string> watched;

  void fail(std::string node, error why) {
    outcome.failures.push_back({std::move(node), std::move(why)});
    tell();
  }

  void tell() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(done_fd, &one, sizeof(one));
  }
};

supervisor_actor::behavior_type
run_supervisor(supervisor_actor::stateful_pointer<supervisor_state> self,
               std::size_t sinks, int done_fd) {
  auto& state = self->state;
  state.done_fd = done_fd;
  state.outcome.open_sinks = sinks;
  self->set_down_handler([&state](const caf::down_msg& down) {
    const auto known = state.watched.find(down.source);
    if (known == state.watched.end() || down.reason == caf::exit_reason::user_shutdown
        || !down.reason)
      return;
    state.outcome.dead = true;
    state.fail(known->second, {ec::unavailable, "stopped: " + render(down.reason)});
  });
  return {
      [&state](ended_atom, const std::string&) {
        if (--state.outcome.open_sinks == 0)
          state.tell();
      },
      [&state](ended_atom, std::string& node, error& why) {
        state.fail(std::move(node), std::move(why));
      },
      [self](watch_atom, std::string& node, const caf::strong_actor_ptr& actor) {
        self->state.watched.emplace(actor->address(), std::move(node));
        self->monitor(caf::actor_cast<caf::actor_addr>(actor));
      },
      [&state](status_atom) { return state.outcome; },
  };
}

} // namespace

supervisor_actor spawn_supervisor(caf::actor_system& system, std::size_t sinks,
                                  int done_fd) {
  return system.spawn(run_supervisor, sinks, done_fd);
}

} // namespace vedette
