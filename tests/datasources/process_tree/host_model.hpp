#pragma once

#include "tests/support/task_events.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

// A host whose processes live at random, all of its history kept: what the process tree
// is held against.
namespace vedette {

/// A process as somebody who forgets nothing knows it.
struct model_process {
  task who;
  std::uint32_t ppid = 0;
  entity_id parent{};
  std::string name = "init", path;
  std::uint64_t exec_time = 0, exit_time = 0;
  std::int32_t exit_code = 0;
  bool alive = true;
  std::map<std::uint32_t, entity_id> threads;
};

struct model_thread {
  entity_id process{};
  std::uint32_t tid = 0;
  std::uint64_t exit_time = 0;
  bool alive = true;
};

/// The whole host as of a time.
struct model_state {
  std::map<entity_id, model_process> processes;
  std::map<entity_id, model_thread> threads;

  [[nodiscard]] std::map<std::uint32_t, entity_id>
  children_of(std::uint32_t pid) const {
    std::map<std::uint32_t, entity_id> children;
    for (const auto& [id, one] : processes)
      if (one.alive && one.ppid == pid)
        children.emplace(one.who.tid, id);
    return children;
  }
};

class host_model {
public:
  static constexpr task init{1, 5};

  host_model() {
    auto& first = now_.processes[init.id()];
    first.who = init;
    first.threads = {{1, init.id()}};
    now_.threads[init.id()] = {init.id(), 1, 0, true};
    record(begun({}, init, true).comm("init"), 1);
  }

  /// Something happens; `choice` says what, to whom and when.
  void step(std::uint32_t choice) {
    clock_ +=
        2 + choice % 3; // Two events at once have no order that shards could keep.
    choice /= 3;
    auto& who = pick(choice / 16);
    const auto number = choice / 1024;
    switch (choice % 16) {
    case 0:
    case 1:
    case 2:
    case 3:
      return fork(who);
    case 4:
    case 5:
      return start_thread(who);
    case 6:
    case 7:
    case 8:
      return exec(who, number);
    case 9:
    case 10:
      return end_thread(who, number);
    case 11:
      return rename(who, number);
    default:
      return exit(who, number);
    }
  }

  /// What happened up to then.
  [[nodiscard]] const model_state& as_of(std::uint64_t time) const {
    return std::prev(states_.upper_bound(time))->second;
  }
  [[nodiscard]] std::uint64_t clock() const { return clock_; }
  /// Whether a value of this process has changed so often since then that it need not
  /// be answerable any more.
  [[nodiscard]] bool may_forget(entity_id process, std::uint64_t as_of) const {
    const auto changed_often = [&](const auto& changes) {
      const auto found = changes.find(process);
      return found != changes.end()
             && std::ranges::count_if(found->second, [&](auto at) {
                  return at > as_of;
                }) >= 16;
    };
    return changed_often(new_names_) || changed_often(lives_of_first_threads_);
  }
  [[nodiscard]] std::uint64_t born_at(entity_id process) const {
    return births_.at(process);
  }

  struct happened {
    event_builder event;
    std::uint32_t pid; ///< Whose shard it goes to.
  };
  std::vector<happened> events;     ///< By time.
  std::vector<entity_id> processes; ///< All that there were.
  std::vector<entity_id> threads;
  std::vector<event_builder>
      notices; ///< task_begin of each fork: for the child's shard.
  std::vector<std::uint32_t> forkers; ///< Of each of these, the parent's pid.

private:
  static constexpr std::uint32_t pids = 14; ///< So few that they are used again.

  void record(event_builder event, std::uint32_t pid) {
    event.at(clock_);
    events.push_back({std::move(event), pid});
    states_[clock_] = now_;
  }

  model_process& pick(std::uint32_t choice) {
    std::vector<model_process*> living;
    for (auto& [id, one] : now_.processes)
      if (one.alive)
        living.push_back(&one);
    std::ranges::sort(living, {}, [](auto* one) { return one->who.start; });
    return *living[choice % living.size()];
  }

  std::optional<std::uint32_t> free_pid() {
    std::set<std::uint32_t> used;
    for (const auto& [id, one] : now_.threads)
      if (one.alive)
        used.insert(one.tid);
    for (const auto& [id, one] : now_.processes)
      if (one.alive)
        used.insert(one.who.tid); // Its first thread may have ended.
    for (std::uint32_t pid = 2; pid < pids; ++pid)
      if (!used.contains(pid))
        return pid;
    return {};
  }

  void fork(model_process& parent) {
    const auto pid = free_pid();
    if (!pid)
      return;
    const task child{*pid, clock_ - 1};
    const auto parent_task = parent.who;
    auto made = parent;
    made.who = child;
    made.ppid = parent.who.tid;
    made.parent = parent.who.id();
    made.exec_time = 0;
    made.threads = {{*pid, child.id()}};
    const auto name = made.name;
    const auto ppid = parent.ppid;
    now_.processes[child.id()] = std::move(made);
    now_.threads[child.id()] = {child.id(), *pid, 0, true};
    births_[child.id()] = clock_;
    processes.push_back(child.id());
    threads.push_back(child.id());
    record(forked(parent_task, child).parent({ppid, 0}).comm(name), parent_task.tid);
    notices.push_back(begun(parent_task, child).at(clock_ + 1).comm(name));
    forkers.push_back(parent_task.tid);
  }

  void start_thread(model_process& owner) {
    const auto tid = free_pid();
    if (!tid)
      return;
    const auto made = owner.who.thread(*tid, clock_ - 1);
    owner.threads[*tid] = made.id();
    now_.threads[made.id()] = {owner.who.id(), *tid, 0, true};
    threads.push_back(made.id());
    record(forked(owner.who, made).parent({owner.ppid, 0}).comm(owner.name),
           owner.who.tid);
  }

  void drop_threads(model_process& of, bool also_first) {
    std::erase_if(of.threads, [&](const auto& one) {
      if (one.first == of.who.tid && !also_first)
        return false;
      auto& thread = now_.threads[one.second];
      thread.alive = false;
      thread.exit_time = clock_;
      return true;
    });
  }

  void exec(model_process& who, std::uint32_t number) {
    who.path = "/bin/" + std::string(number % 20, 'p') + std::to_string(number);
    who.name = "run" + std::to_string(number % 50);
    who.exec_time = clock_;
    new_names_[who.who.id()].push_back(clock_);
    lives_of_first_threads_[who.who.id()].push_back(clock_);
    drop_threads(who, false);
    who.threads[who.who.tid] = who.who.id();
    now_.threads[who.who.id()] = {who.who.id(), who.who.tid, 0, true};
    record(executed(who.who, who.path).parent({who.ppid, 0}).comm(who.name),
           who.who.tid);
  }

  void end_thread(model_process& who, std::uint32_t number) {
    const auto place = std::next(
        who.threads.begin(), static_cast<std::ptrdiff_t>(number % who.threads.size()));
    if (who.threads.size() == 1)
      return; // That is an exit.
    const auto [tid, id] = *place;
    who.threads.erase(place);
    if (id == who.who.id())
      lives_of_first_threads_[id].push_back(clock_);
    now_.threads[id].alive = false;
    now_.threads[id].exit_time = clock_;
    const auto start = id == who.who.id() ? who.who.start : start_of(id);
    record(exited(who.who.thread(tid, start), 0, false)
               .parent({who.ppid, 0})
               .comm(who.name),
           who.who.tid);
  }

  void rename(model_process& who, std::uint32_t number) {
    if (!who.threads.contains(who.who.tid))
      return; // Its first thread has ended, so cannot do it.
    const auto old_name = who.name;
    new_names_[who.who.id()].push_back(clock_);
    who.name = "named" + std::to_string(number % 9);
    record(event_builder{event_kind::task_rename}
               .by(who.who)
               .parent({who.ppid, 0})
               .comm(who.name)
               .arg<events::task_rename::old_name>(old_name)
               .arg<events::task_rename::new_name>(who.name),
           who.who.tid);
  }

  void exit(model_process& who, std::uint32_t number) {
    if (who.who.tid == 1)
      return;
    const auto [tid, id] = *std::prev(who.threads.end());
    const auto start = id == who.who.id() ? who.who.start : start_of(id);
    who.alive = false;
    who.exit_time = clock_;
    who.exit_code = static_cast<std::int32_t>(number % 256);
    drop_threads(who, true);
    for (auto& [child, one] : now_.processes)
      if (one.alive && one.ppid == who.who.tid)
        one.ppid = 1;
    // The last of several says so; of one, the tree knows it.
    record(exited(who.who.thread(tid, start), who.exit_code)
               .parent({who.ppid, 0})
               .comm(who.name),
           who.who.tid);
  }

  /// Threads begin 1 ns before the event that tells of it.
  [[nodiscard]] std::uint64_t start_of(entity_id thread) const {
    for (const auto& [time, state] : states_)
      if (state.threads.contains(thread))
        return time - 1;
    return 0;
  }

  model_state now_;
  std::map<std::uint64_t, model_state> states_; ///< By the time from which they hold.
  std::map<entity_id, std::uint64_t> births_{{init.id(), 10}};
  std::map<entity_id, std::vector<std::uint64_t>> new_names_, lives_of_first_threads_;
  std::uint64_t clock_ = 10;
};

} // namespace vedette
