#pragma once

#include "datasources/flat_index.hpp"
#include "datasources/leaving_line.hpp"
#include "datasources/process_tree/config.hpp"
#include "datasources/process_tree/slab.hpp"
#include "datasources/process_tree/spare_memory.hpp"
#include "datasources/process_tree/versions.hpp"
#include "datasources/process_tree/waiting_line.hpp"
#include "datasources/tombstones.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace vedette {

/// The processes and threads that the tree knows, by id and pid, and which of them go
/// when there are too many: those that ended, first ended first; then processes that
/// did nothing for longest, and threads that are oldest. What it decides depends on
/// events alone. Those who lag see them until nobody asks from before that; events do
/// not.
///
/// Numbers name what is there now; slab_refs may be kept.
class tasks {
public:
  static constexpr auto none = slab_ref::none;
  using number = std::uint32_t;

  explicit tasks(const process_tree_config& config);

  [[nodiscard]] const slab<process>& processes() const { return processes_; }
  [[nodiscard]] const slab<thread>& threads() const { return threads_; }
  process& at(number which) { return processes_[which]; }
  thread& thread_at(number which) { return threads_[which]; }

  [[nodiscard]] number find_process(entity_id id) const {
    return if_there(id == entity_id{} ? none : by_id_.find(static_cast<std::uint64_t>(id)));
  }
  /// Of those that are not their process's first.
  [[nodiscard]] number find_thread(entity_id id) const;
  /// The youngest that has or had this host pid.
  [[nodiscard]] number find_pid(std::uint32_t pid) const;
  /// The youngest of those that were there at that time.
  [[nodiscard]] number find_pid(std::uint32_t pid, time_ns as_of) const {
    return if_there(pid_then(pid, as_of));
  }
  /// The process that has this number in its own pid namespace as its first one.
  [[nodiscard]] number find_init(std::uint32_t pid_ns) const;
  [[nodiscard]] bool is_there(slab_ref process) const {
    const auto* found = processes_.find(process);
    return found != nullptr && found->evicted == end_of_time;
  }

  // As those who ask about that time see it: it may have left since, or before.
  [[nodiscard]] number process_then(entity_id id, time_ns as_of) const;
  [[nodiscard]] number thread_then(entity_id id, time_ns as_of) const;
  /// The process whose first thread it is.
  [[nodiscard]] number leader_then(entity_id id, time_ns as_of) const;
  [[nodiscard]] number pid_then(std::uint32_t pid, time_ns as_of) const;
  /// It was dropped, not so long ago.
  [[nodiscard]] bool was_there(entity_id id) const;

  /// A new process at that time: makes room for it. What is known of it is written to
  /// where it is kept; then it is added to the indexes.
  number make(time_ns now);
  /// Memory for the versions of one that was made, if one that is gone has left some.
  [[nodiscard]] spare_memory::memory memory_for_versions() { return spare_.take(); }
  void add(number made);
  /// At that time; makes room. Its first version must be there.
  number add(thread made, number owner, time_ns now);
  /// It is about to be asked for: has the memory fetched that this takes.
  void expect(entity_id id) const { by_id_.prefetch(static_cast<std::uint64_t>(id)); }
  /// The same; it will be added or removed.
  void expect(entity_id id, std::uint32_t pid) const;
  /// From now on answers call it by this id; the old one still finds it.
  void name_process(number which, entity_id id);
  void name_leader(number which, entity_id id);
  void name_thread(number which, entity_id id);
  void set_pid_ns(number which, std::uint32_t pid_ns);

  /// Whose child it is from then on; the parent need not be known yet.
  void set_parent(number child, entity_id parent, number parent_number, time_ns since);

  /// It did something.
  void touch(number which);
  /// Its latest version says that it ended then.
  void ended(number which, time_ns when);
  void thread_ended(number which, time_ns when);
  void revived(number which);

  /// Nobody asks from before then any more: drops what ended so long ago that nobody
  /// gets it.
  void advance(time_ns settled);
  [[nodiscard]] time_ns settled() const { return settled_; }
  /// It ended so long before `asked` that it counts as forgotten, or there was no room.
  [[nodiscard]] bool is_forgotten(number which, time_ns asked) const;

  [[nodiscard]] std::uint64_t expired() const { return expired_; }
  [[nodiscard]] std::uint64_t evicted() const { return evicted_; }
  /// Those for which there is room.
  [[nodiscard]] std::size_t size() const { return processes_.size() - leaving_.count; }
  [[nodiscard]] std::size_t bytes() const;

private:
  /// Those for whom there was no room, until nobody asks from before that any more.
  struct departures {
    leaving_line<slab_ref> line;
    std::size_t count = 0; ///< Of them that are still there.
  };

  [[nodiscard]] number if_there(number process) const {
    return process != none && processes_[process].evicted != end_of_time ? none : process;
  }
  [[nodiscard]] bool is_forgotten_since(time_ns exited, time_ns asked) const;
  void make_room(time_ns now);
  void make_room_for_thread(time_ns now);
  void leave(number which, time_ns now);
  void leave_thread(number which, time_ns now);
  template <class Item, class Remove>
  void let_go(departures& those, slab<Item>& items, Remove remove);
  void expect_removals() const;
  void remove(number which);
  void remove_thread(number which);
  void link(number which);
  void unlink(number which);
  void adopt_waiting(number parent);

  process_tree_config config_;
  slab<process> processes_;
  slab<thread> threads_;
  flat_index by_id_, thread_by_id_, leader_by_id_, by_pid_, init_of_;
  waiting_line<process> ended_;
  waiting_line<thread> ended_threads_, thread_births_;
  departures leaving_, leaving_threads_;
  tombstones gone_;
  spare_memory spare_;
  /// Children of parents that are not known (yet).
  std::unordered_multimap<std::uint64_t, slab_ref> waiting_;
  number newest_ = none, oldest_ = none; ///< Ends of the list of the living.
  time_ns settled_ = beginning_of_time;
  std::uint64_t expired_ = 0, evicted_ = 0;
};

} // namespace vedette
