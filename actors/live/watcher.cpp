#include "actors/live/watcher.hpp"

#include <utility>

namespace vedette {

namespace {

watcher_actor::behavior_type
run_watcher(const std::function<void(const change_list&)>& show) {
  return {[show](const change_list& changes) { show(changes); }};
}

} // namespace

watcher_actor spawn_watcher(caf::actor_system& system, bool own_thread,
                            std::function<void(const change_list&)> show) {
  return own_thread ? system.spawn<caf::detached>(run_watcher, std::move(show))
                    : system.spawn(run_watcher, std::move(show));
}

} // namespace vedette
