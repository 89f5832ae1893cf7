#pragma once

#include "datasources/process_tree/state.hpp"
#include "tests/support/task_events.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

namespace vedette {

/// A process tree without an actor, and a few tasks.
class tree_test : public testing::Test {
protected:
  static constexpr task init{1, 5}, shell{100, 1000}, child{200, 2000},
      other{300, 3000};

  void see(const std::vector<event_builder>& events, batch_options options = {}) {
    const auto batch = make_batch(events, options);
    for (const auto event : batch->events()) {
      tree_.apply(event);
      newest_ = std::max(newest_, event.visible_at());
      tree_.advance(newest_, lags_ ? beginning_of_time : end_of_time);
    }
  }

  get_result<tree_answer> ask(tree_key key, std::int64_t as_of) {
    return tree_.get(key, at_ns(as_of));
  }
  get_result<tree_answer> ask_process(entity_id id, std::int64_t as_of) {
    return ask(
        {static_cast<std::uint64_t>(id), tree_question::process, tree_parts::all, 0},
        as_of);
  }

  /// The process, which must be known.
  process_info process_at(entity_id id, std::int64_t as_of) {
    const auto found = ask_process(id, as_of);
    if (found)
      return std::get<process_info>(*found);
    ADD_FAILURE() << to_string(found.error()) << " as of " << as_of;
    return {};
  }
  process_info process_at(task who, std::int64_t as_of) {
    return process_at(who.process(), as_of);
  }
  thread_info thread_at(entity_id id, std::int64_t as_of) {
    const auto found =
        ask({static_cast<std::uint64_t>(id), tree_question::thread, {}, 0}, as_of);
    if (found)
      return std::get<thread_info>(*found);
    ADD_FAILURE() << to_string(found.error()) << " as of " << as_of;
    return {};
  }
  process_lineage lineage_at(task who, std::int64_t as_of) {
    const auto found =
        ask({static_cast<std::uint64_t>(who.id()), tree_question::lineage, {}, 5}, as_of);
    if (found)
      return std::get<process_lineage>(*found);
    ADD_FAILURE() << to_string(found.error()) << " as of " << as_of;
    return {};
  }
  ec error_at(task who, std::int64_t as_of) {
    const auto found = ask_process(who.process(), as_of);
    EXPECT_FALSE(found) << as_of;
    return found ? ec{} : found.error();
  }

  process_tree_state tree_{{}};
  time_ns newest_ = beginning_of_time;
  bool lags_ = false; ///< Somebody has not come as far.
};

} // namespace vedette
