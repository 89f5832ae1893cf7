#include "actors/live/world_reader.hpp"

#include <caf/stateful_actor.hpp>

#include <memory>
#include <spdlog/spdlog.h>
#include <utility>
#include <vector>

CAF_ADD_ATOM(vedette_world, vedette, rested_atom, "rested")

namespace vedette {

namespace {

using world_reader_shell =
    world_reader_actor::extend<caf::replies_to<rested_atom>::with<void>>;

class world_reader_state {
public:
  static constexpr auto name = "world reader";

  explicit world_reader_state(world_reader_shell::pointer self) : self_{self} {}

  void start(world_reader_setup setup) { setup_ = std::move(setup); }
  void tell_to(std::vector<origin_actor> collectors) {
    collectors_ = std::move(collectors);
  }

  void ask(bool tasks, bool cgroups) {
    tasks_ = tasks_ || tasks;
    cgroups_ = cgroups_ || cgroups;
    if (!resting_)
      read();
  }

  void rested() {
    resting_ = false;
    if (tasks_ || cgroups_)
      read();
  }

private:
  void read() {
    const auto found =
        setup_.read(std::exchange(tasks_, false), std::exchange(cgroups_, false));
    resting_ = true;
    self_->delayed_send(self_, setup_.pause, rested_atom_v);
    if (!found) {
      spdlog::error("after a loss, reading the host again has failed: {}",
                    found.error().detail);
      return;
    }
    for (std::size_t shard = 0; shard < found->size() && shard < collectors_.size();
         ++shard)
      for (const auto& part : (*found)[shard])
        self_->send(collectors_[shard], tell_atom_v, part, false);
  }

  world_reader_shell::pointer self_;
  world_reader_setup setup_;
  std::vector<origin_actor> collectors_;
  bool tasks_ = false, cgroups_ = false; ///< To be read.
  bool resting_ = false;
};

world_reader_shell::behavior_type
run_world_reader(world_reader_shell::stateful_pointer<world_reader_state> self,
                 const std::shared_ptr<world_reader_setup>& setup) {
  self->state.start(std::move(*setup));
  return {
      [self](start_atom, std::vector<origin_actor>& collectors) {
        self->state.tell_to(std::move(collectors));
      },
      [self](rescan_atom, bool tasks, bool cgroups) { self->state.ask(tasks, cgroups); },
      [self](rested_atom) { self->state.rested(); },
  };
}

} // namespace

world_reader_actor spawn_world_reader(caf::actor_system& system,
                                      world_reader_setup setup) {
  const auto own_thread = setup.own_thread;
  auto shared = std::make_shared<world_reader_setup>(std::move(setup));
  if (own_thread)
    return system.spawn<caf::detached>(run_world_reader, std::move(shared));
  return system.spawn(run_world_reader, std::move(shared));
}

} // namespace vedette
