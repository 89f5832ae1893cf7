#pragma once

#include "events/json_writer.hpp"
#include "tests/support/task_events.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// A story for whole pipelines: nginx starts shells, one after another, which VED-6 finds by
// asking the process tree: where there are shards, of what happened in another one.
namespace vedette {

/// The events as lines of input.
inline std::string to_lines(const std::vector<event_builder>& events) {
  std::string lines;
  const auto batch = make_batch(events);
  for (const auto event : batch->events())
    append_event_line(lines, event, {"h1"});
  return lines;
}

struct shells_plan {
  std::size_t shells = 100;
  std::uint64_t begin = 1'000'000;
  std::uint64_t step = 10; ///< Between two events; 0: all happen at once.
  std::uint32_t pids = 7; ///< So far apart, so that shards get them in turns.
};

/// Each shell: it is forked, starts, is traced by itself (TRC-102), and ends.
inline std::vector<event_builder> served_shells(shells_plan plan = {}) {
  auto now = plan.begin;
  const auto next = [&] { return now += plan.step; };
  const task nginx{100, 1000};
  std::vector<event_builder> events{executed(nginx, "/usr/sbin/nginx").at(next())};
  for (std::uint32_t i = 0; i < plan.shells; ++i) {
    const auto born = next();
    const task shell{200 + i * plan.pids, born};
    events.push_back(forked(nginx, shell).at(born));
    events.push_back(executed(shell, "/bin/sh", {"sh", "-c", "id"}).parent(nginx).at(next()));
    events.push_back(event_builder{event_kind::ptrace}
                         .by(shell)
                         .comm("sh")
                         .at(next())
                         .number("request", 0));
    events.push_back(exited(shell).comm("sh").at(next()));
  }
  return events;
}

/// A sink that takes findings and what they are found in.
inline constexpr auto all_as_json =
    "sinks: {out: {type: json, take: [findings, sched_process_fork, sched_process_exec, "
    "sched_process_exit, ptrace]}}\n";

} // namespace vedette
