// What becomes of processes and threads: exec, exit, new names, places and users.

#include "datasources/process_tree/state.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace vedette {

namespace {

using enum process_version::group;
namespace exec = events::sched_process_exec;
namespace ended = events::sched_process_exit;

/// The inode of the pid namespace that a host begins with: include/linux/proc_ns.h.
constexpr std::uint32_t host_pid_ns = 0xEFFF'FFFCU;

} // namespace

void process_tree_state::apply_exec(event_view event) {
  const auto which = process_of(event);
  const auto when = event.visible_at();
  if (tasks_.at(which).presumed_dead)
    revive(which, when);
  auto& known = tasks_.at(which);
  holes_.see(known, when);
  auto runs = programs_.of_exec(event);
  const auto pwd = event.get<exec::pwd>();
  // The thread that called it is the leader from now on, with the leader's id
  // (de_thread in fs/exec.c), also if the leader had ended before.
  const bool leader_was_alive = known.versions.latest().leader_alive;
  std::uint8_t groups = by_name | by_program | by_leader;
  if (pwd && !pwd->empty())
    groups |= by_cwd;
  if (!event.container_id().empty())
    groups |= by_container;
  change(which, when, groups, [&](process_version& next) {
    next.name = event.process_name();
    next.runs = std::move(runs);
    next.exec_time = event.time();
    next.leader_alive = true;
    next.leader_exit_time = {};
    if ((groups & by_cwd) != 0)
      next.cwd = programs_.text(*pwd);
    if ((groups & by_container) != 0)
      next.container = programs_.text(event.container_id());
  });
  if (!leader_was_alive)
    tell_leader(which);
  end_other_threads(which, event.time(), when);
}

/// All but the first.
void process_tree_state::end_other_threads(number owner, time_ns when,
                                           time_ns visible) {
  for (const auto ref : tasks_.at(owner).threads)
    if (const auto* one = tasks_.threads().find(ref);
        one != nullptr && one->evicted == end_of_time)
      end_thread(ref.number, when, visible);
}

void process_tree_state::end_thread(number which, time_ns when, time_ns visible) {
  auto& one = tasks_.thread_at(which);
  const auto* now = one.versions.find(visible);
  if (now == nullptr || !now->alive)
    return;
  const bool was_alive = one.versions.latest().alive;
  change_thread(which, visible, thread_version::by_life, [&](auto& next) {
    next.alive = false;
    next.exit_time = when;
  });
  tell(one.owner);
  if (was_alive && !one.versions.latest().alive)
    tasks_.thread_ended(which, visible);
}

void process_tree_state::end_leader(number which, time_ns when, time_ns visible) {
  auto& whose = tasks_.at(which);
  const auto* now = whose.versions.find(visible);
  if (now == nullptr || !now->leader_alive)
    return;
  change(which, visible, by_leader, [&](process_version& next) {
    next.leader_alive = false;
    next.leader_exit_time = when;
  });
  tell_leader(which);
}

void process_tree_state::apply_exit(event_view event) {
  const auto which = process_of(event);
  if (is_leader(event))
    end_leader(which, event.time(), event.visible_at());
  else
    end_thread(thread_of(event, which), event.time(), event.visible_at());
  const auto& known = tasks_.at(which);
  const auto whole = event.get<ended::process_group_exit>();
  const bool was_last = known.live_threads == 0 && !known.versions.latest().leader_alive
                        && (known.forked || !whole);
  if (whole.value_or(false) || was_last)
    end_process(event, which);
}

void process_tree_state::end_process(event_view event, number which) {
  const auto visible = event.visible_at();
  auto& known = tasks_.at(which);
  const auto* now = known.versions.find(visible);
  if (now == nullptr || !now->alive)
    return; // Two threads that end at once may both be reported as the last.
  const auto whole = event.get<ended::process_group_exit>().value_or(false);
  known.presumed_dead = !whole;
  const bool was_alive = known.versions.latest().alive;
  change(which, visible, by_life, [&](process_version& next) {
    next.alive = false;
    next.exit_time = event.time();
    next.exit_code = event.get<ended::exit_code>().value_or(0);
    next.signal_code = event.get<ended::signal_code>().value_or(0);
  });
  if (was_alive && !known.versions.latest().alive)
    tasks_.ended(which, visible);
  end_leader(which, event.time(), visible);
  end_other_threads(which, event.time(), visible);
  tell(known.parent_ref);
  orphan_children(event, which);
}

void process_tree_state::revive(number which, time_ns when) {
  auto& known = tasks_.at(which);
  known.presumed_dead = false;
  if (known.versions.latest().alive)
    return;
  change(which, when, by_life, [](process_version& next) {
    next.alive = true;
    next.exit_time = {};
    next.exit_code = next.signal_code = 0;
  });
  if (known.versions.latest().alive)
    tasks_.revived(which);
}

/// Gives the children to whom the kernel gives them.
void process_tree_state::orphan_children(event_view event, number parent) {
  const auto when = event.visible_at();
  const auto& known = tasks_.at(parent);
  auto reaper_pid = event.header().detail[0];
  auto reaper = tasks_.find_pid(reaper_pid, when);
  if (reaper_pid == 0) { // Replayed: the first process of the namespace.
    const bool on_host =
        known.pid_ns == 0 || known.pid_ns == host_pid_ns || known.pid == known.ns_pid;
    reaper = on_host ? tasks_.find_pid(1, when) : tasks_.find_init(known.pid_ns);
    reaper_pid = on_host ? 1 : (reaper != none ? tasks_.at(reaper).pid : 0);
  }
  if (reaper == parent || reaper_pid == known.pid)
    return; // The namespace ends with it.
  if (known.children.begin() == known.children.end())
    return;
  std::vector<slab_ref> orphans(known.children.begin(), known.children.end());
  for (const auto ref : orphans) {
    const auto* child = tasks_.is_there(ref) ? &tasks_.at(ref.number) : nullptr;
    const auto* now = child != nullptr ? child->versions.find(when) : nullptr;
    if (now != nullptr && now->alive && now->ppid == known.pid)
      reparent(ref.number, reaper, reaper_pid, when);
  }
}

void process_tree_state::reparent(number child, number parent, std::uint32_t ppid,
                                  time_ns when) {
  auto& orphan = tasks_.at(child);
  std::uint32_t ns_ppid = ppid == 1 || parent == none ? 1 : 0;
  if (parent != none) {
    const auto& adopter = tasks_.at(parent);
    const bool shares = adopter.pid_ns == orphan.pid_ns || adopter.ns_pid == 1;
    ns_ppid = shares ? adopter.ns_pid : 0;
  }
  change(child, when, by_parent, [&](process_version& next) {
    next.ppid = ppid;
    next.ns_ppid = ns_ppid;
  });
  if (parent == none)
    return;
  tasks_.set_parent(child, {}, parent, when);
  tell(tasks_.processes().ref_to(parent));
}

void process_tree_state::apply_rename(event_view event) {
  const auto which = process_of(event);
  const auto old_name = event.get<events::task_rename::old_name>().value_or("");
  const auto name = event.get<events::task_rename::new_name>();
  // The event's context is whose hand it was, which may be another one's: then the old
  // name tells.
  const auto is_its = [&](const auto& versions) {
    const auto* now = versions.find(event.visible_at());
    return name && now != nullptr && (old_name.empty() || now->name == old_name);
  };
  const auto rename = [&](auto& next) { next.name = *name; };
  if (is_leader(event)) {
    if (is_its(tasks_.at(which).versions)) {
      change(which, event.visible_at(), by_name, rename);
      tell_leader(which);
    }
    return;
  }
  const auto thread = thread_of(event, which);
  if (is_its(tasks_.thread_at(thread).versions))
    change_thread(thread, event.visible_at(), thread_version::by_name, rename);
}

void process_tree_state::apply_chdir(event_view event) {
  const auto path = event.get<events::set_fs_pwd::resolved_path>();
  if (path && !path->empty())
    change(process_of(event), event.visible_at(), by_cwd,
           [&](process_version& next) { next.cwd = programs_.text(*path); });
}

/// The header is of the task as it is when the call returns.
void process_tree_state::apply_setuid(event_view event) {
  const auto which = process_of(event);
  if (is_leader(event))
    return; // process_of has learned it.
  const auto thread = thread_of(event, which);
  const auto& header = event.header();
  const auto* now = tasks_.thread_at(thread).versions.find(event.visible_at());
  const auto gid =
      event.extension() == nullptr || now == nullptr ? header.gid : now->gid;
  if (now == nullptr || (now->uid == header.uid && now->gid == gid))
    return;
  change_thread(thread, event.visible_at(), thread_version::by_user,
                [&](thread_version& next) {
                  next.uid = header.uid;
                  next.gid = gid;
                });
}

void process_tree_state::apply_lost(event_view event) {
  namespace lost = events::lost_events;
  constexpr std::array<std::string_view, 5> matter{
      "sched_process_fork", "sched_process_exec", "sched_process_exit", "task_begin",
      ""};
  if (std::ranges::find(matter, event.get<lost::event>().value_or("")) == matter.end())
    return;
  const auto since = event.get<lost::since>().value_or(event.time());
  const auto until = event.get<lost::until>().value_or(event.time());
  holes_.add(since, std::max(since, until));
}

} // namespace vedette
