#pragma once

#include "tests/support/events.hpp"

#include <string>
#include <string_view>
#include <vector>

// The life of tasks, as events: see events.hpp. Each happens when its task starts, or
// at 0, unless `.at()` says when.
namespace vedette {

namespace detail {

/// The arguments that sched_process_fork and task_begin have in common.
inline void add_fork_args(event_builder& event, task parent, task child) {
  const auto add = [&](const std::string& prefix, task who) {
    event.number(prefix + "_tid", who.tid)
        .number(prefix + "_ns_tid", who.tid)
        .number(prefix + "_pid", who.tgid())
        .number(prefix + "_ns_pid", who.tgid())
        .number(prefix == "child" ? "start_time" : prefix + "_start_time", who.start);
  };
  add("parent", parent);
  add("child", child);
  add("parent_process", {parent.tgid(), parent.born()});
  add("leader", {child.tgid(), child.born()});
}

} // namespace detail

/// A process, or a thread where the child has its parent's pid.
inline event_builder forked(task parent, task child) {
  event_builder event{event_kind::sched_process_fork};
  event.by(parent).at(child.start);
  detail::add_fork_args(event, parent, child);
  return event;
}

/// The same as the child's shard hears of it; also of a task that is found at start-up.
inline event_builder begun(task parent, task child, bool scanned = false) {
  event_builder event{event_kind::task_begin};
  event.by(child).parent({parent.tgid(), parent.born()}).at(child.start);
  detail::add_fork_args(event, parent, child);
  event.arg<events::task_begin::scanned>(scanned);
  return event;
}

inline event_builder executed(task who, std::string_view path,
                              const std::vector<std::string>& argv = {}) {
  event_builder event{event_kind::sched_process_exec};
  event.by(who)
      .comm(path.substr(path.rfind('/') + 1))
      .executable(path)
      .arg<events::sched_process_exec::cmdpath>(path)
      .arg<events::sched_process_exec::pathname>(path)
      .arg<events::sched_process_exec::argv>(argv);
  return event;
}

inline event_builder exited(task who, std::int32_t status = 0,
                            bool whole_process = true) {
  event_builder event{event_kind::sched_process_exit};
  event.by(who)
      .arg<events::sched_process_exit::exit_code>(status)
      .arg<events::sched_process_exit::signal_code>(0)
      .arg<events::sched_process_exit::process_group_exit>(whole_process);
  return event;
}

/// Of a kind, by name.
inline event_builder lost(std::string_view event, std::uint64_t count,
                          std::uint64_t since, std::uint64_t until) {
  return event_builder{event_kind::lost_events}
      .at(until)
      .arg<events::lost_events::event>(event)
      .arg<events::lost_events::count>(count)
      .arg<events::lost_events::since>(since)
      .arg<events::lost_events::until>(until);
}

} // namespace vedette
