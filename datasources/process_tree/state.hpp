#pragma once

#include "datasources/change_log.hpp"
#include "datasources/process_tree/config.hpp"
#include "datasources/process_tree/holes.hpp"
#include "datasources/process_tree/programs.hpp"
#include "datasources/process_tree/tasks.hpp"
#include "events/batch.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace vedette {

/// The processes and threads of this host, now and in the recent past. Learns from
/// events in the order of (visible_at, position); what comes late is inserted where it
/// belongs, as well as that can be done. No actors, no clock: time comes in.
///
/// A value is visible from the event on that told of it, so an answer as of a time
/// depends on the events up to that time alone, whenever it is asked for.
class process_tree_state {
public:
  explicit process_tree_state(const process_tree_config& config);

  static bool learns_from(event_view event);

  void apply(event_view event);

  /// Everything up to `now` has been applied; those who lag ask about times from
  /// `settled` on: forgets what nobody gets to know any more.
  void advance(time_ns now, time_ns settled = end_of_time);

  /// O(1) for a process or thread as of now. The alternative of the answer is the one
  /// that fits the question. Errors: key_not_supported, id 0 or an unknown question;
  /// data_not_found, never seen or not yet there; expired, ended more than
  /// `keep_exited` before, or dropped for room.
  get_result<tree_answer> get(const tree_key& key, time_ns as_of);

  void report(source_metrics& metrics) const;

  change_log<tree_key>& changes() { return changes_; }
  [[nodiscard]] value show_key(const tree_key& key) const;

private:
  using number = tasks::number;
  static constexpr auto none = tasks::none;
  struct birth;

  // Who an event is about: who.cpp.
  number process_of(event_view event);
  /// Not for a process's first thread: see is_leader.
  number thread_of(event_view event, number owner);
  static bool is_leader(event_view event) {
    return event.header().host_tid == event.header().host_tgid;
  }
  number known_process(event_view event) const;
  number first_seen(event_view event);
  void learn_context(event_view event, number which);
  void learn_user(event_view event, number which);
  void learn_parent(event_view event, number which);
  process_version first_sight(event_view event);
  void join_ids(event_view event, number which);
  void join_leader(event_view event, number which);
  void presume_dead(std::uint32_t pid, time_ns when);

  // How it begins: births.cpp.
  void expect_after(event_view event) const;
  void apply_fork(event_view event);
  void apply_begin(event_view event);
  number parent_of(event_view event, const birth& born, number forker) const;
  void begin_process(event_view event, const birth& born, number parent);
  void begin_thread(event_view event, const birth& born, number owner);
  void begin_late(event_view event, number which, const birth& born, number parent);
  process_version first_version(event_view event, const birth& born, number parent);
  void add_facts(event_view event, number which, bool scanned);

  // What becomes of it: changes.cpp.
  void apply_exec(event_view event);
  void apply_exit(event_view event);
  void apply_rename(event_view event);
  void apply_chdir(event_view event);
  void apply_setuid(event_view event);
  void apply_lost(event_view event);
  void end_thread(number which, time_ns when, time_ns visible);
  void end_leader(number which, time_ns when, time_ns visible);
  void end_process(event_view event, number which);
  void end_other_threads(number owner, time_ns when, time_ns visible);
  void revive(number which, time_ns when);
  void orphan_children(event_view event, number parent);
  void reparent(number child, number parent, std::uint32_t ppid, time_ns when);

  // What changes, with all that follows from it: late.cpp.
  template <class Write>
  void change(number which, time_ns at, std::uint8_t groups, Write write) {
    auto& whose = tasks_.at(which);
    if (at < whose.last_birth)
      change_late(which, at, groups, write);
    else
      whose.versions.change(at, groups, tasks_.settled(), write);
    if (changes_.on())
      tell(tasks_.processes().ref_to(which));
  }
  template <class Write>
  void change_thread(number which, time_ns at, std::uint8_t groups, Write write) {
    tasks_.thread_at(which).versions.change(at, groups, tasks_.settled(), write);
    tell_thread(which);
  }
  void change_late(number which, time_ns at, std::uint8_t groups,
                   const std::function<void(process_version&)>& write);
  void orphan_late(number child, number parent, time_ns born);
  void tell(slab_ref process);
  void tell_leader(number process);
  void tell_thread(number thread);

  // What it was like: answers.cpp.
  struct view {
    const process* whose = nullptr;
    const process_version* shown = nullptr;
    time_ns asked = end_of_time; ///< From when on it is looked at.
    ec error{};
    bool complete = true;
  };
  [[nodiscard]] lent_answer* find_quickly(const tree_key& key, time_ns as_of) const;
  get_result<tree_answer> answer(const tree_key& key, time_ns as_of) const;
  [[nodiscard]] view find(const tree_key& key, time_ns as_of) const;
  [[nodiscard]] view show(number which, time_ns as_of) const;
  [[nodiscard]] get_result<tree_answer> missing(ec error, time_ns as_of) const;
  [[nodiscard]] get_result<tree_answer> process_of(const view& it, tree_parts parts,
                                                   time_ns as_of) const;
  [[nodiscard]] get_result<tree_answer> plain(const view& it) const;
  [[nodiscard]] get_result<tree_answer> with_parts(const view& it, tree_parts parts,
                                                   time_ns as_of) const;
  [[nodiscard]] get_result<tree_answer> get_thread(entity_id id, time_ns as_of) const;
  [[nodiscard]] get_result<tree_answer> get_leader(entity_id id, time_ns as_of) const;
  [[nodiscard]] get_result<tree_answer> lineage(const view& first, const tree_key& key,
                                                time_ns as_of) const;
  [[nodiscard]] number next_ancestor(const process& child, time_ns asked) const;
  [[nodiscard]] task_ids children_of(const view& parent, time_ns as_of) const;
  [[nodiscard]] task_ids threads_of(const view& owner, time_ns as_of) const;

  process_tree_config config_;
  tasks tasks_;
  programs programs_;
  holes holes_;
  change_log<tree_key> changes_;
  std::uint64_t hits_ = 0, misses_ = 0;
};

} // namespace vedette
