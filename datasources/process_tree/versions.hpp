#pragma once

#include "datasources/history.hpp"
#include "datasources/process_tree/process_tree.hpp"
#include "datasources/process_tree/slab.hpp"
#include "runtime/time.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

// What the tree keeps of a task. It is less than what it answers: a child shares its
// parent's program, and an answer is put together when somebody asks.
namespace vedette {

using lent_answer = lent_record<tree_answer>;

struct process_version {
  /// Groups of values that change together: see history.
  enum group : std::uint8_t {
    by_name = 1,
    by_program = 2, ///< And exec_time.
    by_cwd = 4,
    by_container = 8,
    by_parent = 16,
    by_user = 32,
    by_life = 64,
    by_leader = 128, ///< The life of its first thread, which may end before it.
    all = 255,
  };

  // What every question looks at comes first.
  time_ns since{};
  time_ns exact_until = end_of_time;
  mutable lent_answer answer; ///< The plain one, once it has been asked for.
  std::uint8_t changed = 0;
  bool alive = true, leader_alive = true;
  std::uint32_t ppid = 0, ns_ppid = 0;
  std::uint32_t uid = 0, gid = 0, loginuid = 0;
  std::int32_t exit_code = 0, signal_code = 0;
  time_ns exec_time{}, exit_time{}, leader_exit_time{};
  task_name name;
  shared_program runs;
  shared_text cwd, container;

  void take(const process_version& from, std::uint8_t groups);
  void forget() { answer.reset(); }
};

struct thread_version {
  enum group : std::uint8_t { by_name = 1, by_user = 2, by_life = 4, all = 7 };

  time_ns since{};
  time_ns exact_until = end_of_time;
  mutable lent_answer answer;
  std::uint8_t changed = 0;
  bool alive = true;
  std::uint32_t uid = 0, gid = 0;
  time_ns exit_time{};
  task_name name;

  void take(const thread_version& from, std::uint8_t groups);
  void forget() { answer.reset(); }
};

/// A process, and since when it counts as another one's child: who lags and asks about
/// a time before is not told.
struct child_ref : slab_ref {
  time_ns since{};
};

/// Names of items that may go while they are named here: those are swept out when it
/// would have to grow. Most processes have none. A Ref is a slab_ref.
template <class Ref>
class ref_list {
public:
  template <class Item>
  void add(Ref ref, const slab<Item>& items) {
    if (!refs_)
      refs_ = std::make_unique<std::vector<Ref>>();
    if (refs_->size() == refs_->capacity()) {
      std::erase_if(*refs_, [&](const Ref& one) { return items.find(one) == nullptr; });
      const auto room = 2 * refs_->size() + 1; // So it is not looked at again soon.
      refs_->shrink_to_fit();
      refs_->reserve(room);
    }
    refs_->push_back(ref);
  }
  [[nodiscard]] std::span<const Ref> all() const {
    return refs_ ? std::span<const Ref>{*refs_} : std::span<const Ref>{};
  }
  [[nodiscard]] auto begin() const { return all().begin(); }
  [[nodiscard]] auto end() const { return all().end(); }

private:
  std::unique_ptr<std::vector<Ref>> refs_;
};

struct process {
  history<process_version> versions;
  entity_id entity{};   ///< As answers show it.
  entity_id computed{}; ///< The same, or what the input calls something else.
  entity_id parent{};   ///< Who forked it.
  entity_id leader{};   ///< Its first thread, if the input calls that something else.
  slab_ref parent_ref;
  std::uint32_t pid = 0, ns_pid = 0;
  std::uint32_t pid_ns = 0;   ///< 0: not known yet.
  /// Its first one is a part of it, and not among these.
  std::uint32_t live_threads = 0;
  std::uint64_t start_ns = 0; ///< As records have it.
  time_ns start_time{};
  time_ns verified{};  ///< When it was last seen as a whole: forked, executed, scanned.
  std::vector<time_ns> seen_again; ///< The first such time after each hole: see holes.
  time_ns last_birth{}; ///< Of a child that began with what this one had.
  time_ns evicted = end_of_time; ///< From then on only those who lag see it.
  time_ns ended{}; ///< When it last did, as its place in the line of the ended has it.
  slab_ref older_with_id;
  bool forked = false; ///< Its first event was its birth, so all threads are known.
  bool scanned = false;       ///< It was there before its first event.
  bool presumed_dead = false; ///< No event said so.
  // All that it had: those alive are for a time to tell.
  ref_list<slab_ref> threads;
  ref_list<child_ref> children;
  slab_ref older_with_pid;
  std::uint32_t newer = slab_ref::none, older = slab_ref::none; ///< By last event.
};

/// One that is not its process's first.
struct thread {
  history<thread_version> versions;
  entity_id entity{};
  entity_id computed{};
  slab_ref owner;
  std::uint32_t tid = 0, ns_tid = 0;
  time_ns start_time{};
  time_ns evicted = end_of_time; ///< From then on only those who lag see it.
  slab_ref older_with_id;
  bool scanned = false;
};

/// A process as an answer shows it, without its threads and children.
process_info to_info(const process& whose, const process_version& as_of);
/// Of its first thread.
thread_info to_leader_info(const process& whose, const process_version& as_of);
thread_info to_info(const thread& whose, const process& owner,
                    const thread_version& as_of);

} // namespace vedette
