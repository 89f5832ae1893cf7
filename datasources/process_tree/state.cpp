#include "datasources/process_tree/state.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace vedette {

std::expected<void, error> process_tree_config::validate() const {
  const auto wrong = [](std::string what) {
    return std::unexpected{
        error{ec::invalid_config, "data_sources.process_tree." + std::move(what)}};
  };
  if (processes == 0)
    return wrong("processes: must be at least 1");
  if (threads == 0)
    return wrong("threads: must be at least 1");
  if (keep_exited < keep_exited.zero())
    return wrong("keep_exited: must not be negative");
  return {};
}

process_tree_state::process_tree_state(const process_tree_config& config)
    : config_{config}, tasks_{config} {}

bool process_tree_state::learns_from(event_view event) {
  switch (event.kind()) {
  case event_kind::sched_process_fork:
  case event_kind::sched_process_exec:
  case event_kind::sched_process_exit:
  case event_kind::task_begin:
  case event_kind::task_rename:
  case event_kind::set_fs_pwd:
  case event_kind::setuid:
  case event_kind::setgid:
  case event_kind::setreuid:
  case event_kind::setregid:
  case event_kind::setresuid:
  case event_kind::setresgid:
  case event_kind::lost_events:
    return true;
  default:
    return false;
  }
}

void process_tree_state::apply(event_view event) {
  expect_after(event);
  switch (event.kind()) {
  case event_kind::sched_process_fork:
    return apply_fork(event);
  case event_kind::sched_process_exec:
    return apply_exec(event);
  case event_kind::sched_process_exit:
    return apply_exit(event);
  case event_kind::task_begin:
    return apply_begin(event);
  case event_kind::task_rename:
    return apply_rename(event);
  case event_kind::set_fs_pwd:
    return apply_chdir(event);
  case event_kind::lost_events:
    return apply_lost(event);
  default:
    if (learns_from(event) && event.header().return_value == 0)
      apply_setuid(event);
  }
}

void process_tree_state::advance(time_ns now, time_ns settled) {
  if (now != end_of_time) // The end of a replay is no time at which things expire.
    tasks_.advance(std::min(now, settled));
}

value process_tree_state::show_key(const tree_key& key) const {
  switch (key.about) {
  case tree_question::process:
    return value::object{{"process", key.id}};
  case tree_question::thread:
    return value::object{{"thread", key.id}};
  case tree_question::lineage:
    return value::object{{"lineage", key.id}, {"max_depth", key.max_depth}};
  case tree_question::pid:
    return value::object{{"pid", key.id}};
  case tree_question::children:
    return value::object{{"children", key.id}};
  }
  return {};
}

void process_tree_state::report(source_metrics& metrics) const {
  metrics.items = tasks_.size();
  metrics.bytes = tasks_.bytes();
  metrics.hits = hits_;
  metrics.misses = misses_;
  metrics.expired = tasks_.expired();
  metrics.evicted = tasks_.evicted();
}

} // namespace vedette
