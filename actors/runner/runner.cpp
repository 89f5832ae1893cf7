#include "actors/runner/runner.hpp"

#include "actors/runner/state.hpp"

#include <caf/stateful_actor.hpp>

#include <memory>
#include <utility>

namespace vedette {

namespace {

runner_actor::behavior_type
runner_shell(runner_actor::stateful_pointer<runner_state> self,
             const std::shared_ptr<runner_setup>& setup) {
  self->state.start(std::move(*setup));
  return {
      [self](flow& next) { self->state.take(std::move(next), complete_later(self)); },
      [self](nudge_atom, time_ns until) { self->state.nudge(until); },
      [self](status_atom) { return self->state.status(); },
  };
}

} // namespace

runner_actor spawn_runner(caf::actor_system& system, runner_setup setup) {
  // Shared, as CAF copies what it passes to an actor's function.
  return system.spawn(runner_shell, std::make_shared<runner_setup>(std::move(setup)));
}

} // namespace vedette
