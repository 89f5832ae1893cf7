#include "actors/builtin_sources.hpp"

#include "datasources/process_tree/actor.hpp"

#include <algorithm>
#include <array>

namespace vedette {

namespace {

template <data_source Source>
std::expected<started_source, error>
started(const std::expected<source_actor<Source>, error>& actor) {
  if (!actor)
    return std::unexpected{actor.error()};
  return started_source{*actor, registered<Source>(*actor)};
}

constexpr builtin_source of_process_tree{
    .id = "process_tree",
    .describe = process_tree::description,
    .is_on = [](const config& settings) { return settings.data_sources.process_tree.on; },
    .learns_from =
        [] {
          return std::vector{event_kind::sched_process_fork, event_kind::sched_process_exec,
                             event_kind::sched_process_exit, event_kind::task_begin,
                             event_kind::lost_events};
        },
    .start =
        [](caf::actor_system& system, const shell_config& shell, const config& settings) {
          const auto& from = settings.data_sources.process_tree;
          return started<process_tree>(spawn_process_tree(
              system, shell, {from.processes, from.threads, from.keep_exited}));
        }};

constexpr std::array sources{of_process_tree};

} // namespace

std::span<const builtin_source> builtin_sources() {
  return sources;
}

const builtin_source* find_builtin_source(std::string_view id) {
  const auto found = std::ranges::find(sources, id, &builtin_source::id);
  return found == sources.end() ? nullptr : &*found;
}

} // namespace vedette
