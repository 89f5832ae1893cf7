// Who an event is about: the same task by whichever id, and what its header says of it.

#include "datasources/process_tree/state.hpp"

#include <utility>

namespace vedette {

namespace {

using enum process_version::group;

/// Start times from procfs are in ticks of 10 ms: this close, the same pid is the same
/// task.
constexpr std::uint64_t tick_ns = 10'000'000;

bool may_be_equal(std::uint64_t a, std::uint64_t b) {
  return a == 0 || b == 0 || (a < b ? b - a : a - b) <= tick_ns;
}

/// Of the process as far as the header tells: JSON has that of the thread only.
std::uint64_t start_of_process(const record_header& header) {
  if (header.leader_start_ns != 0)
    return header.leader_start_ns;
  return header.host_tid == header.host_tgid ? header.thread_start_ns : 0;
}

entity_id computed_id(std::uint32_t tid, std::uint64_t start_ns) {
  return start_ns == 0 ? entity_id{} : entity_of(tid, start_ns);
}

time_ns to_time(event_view event, std::uint64_t start_ns) {
  if (start_ns == 0)
    return {};
  return time_ns{std::chrono::nanoseconds{start_ns} + event.owner().clock_offset()};
}

} // namespace

process_tree_state::number process_tree_state::process_of(event_view event) {
  auto which = known_process(event);
  if (which == none) {
    which = first_seen(event);
  } else {
    join_ids(event, which);
    if (is_leader(event))
      join_leader(event, which);
    learn_context(event, which);
  }
  tasks_.touch(which);
  return which;
}

process_tree_state::number process_tree_state::known_process(event_view event) const {
  const auto& header = event.header();
  const auto is_it = [&](number which) {
    return which != none && tasks_.processes()[which].pid == header.host_tgid;
  };
  auto found = tasks_.find_process(event.process());
  if (is_it(found))
    return found;
  const auto start = start_of_process(header);
  found = tasks_.find_process(computed_id(header.host_tgid, start));
  if (is_it(found))
    return found;
  auto thread = tasks_.find_thread(event.thread());
  if (thread == none)
    thread = tasks_.find_thread(computed_id(header.host_tid, header.thread_start_ns));
  if (thread != none) {
    const auto owner = tasks_.threads()[thread].owner;
    if (tasks_.is_there(owner) && is_it(owner.number))
      return owner.number;
  }
  found = tasks_.find_pid(header.host_tgid);
  if (is_it(found) && tasks_.processes()[found].versions.latest().alive
      && may_be_equal(tasks_.processes()[found].start_ns, start))
    return found;
  return none;
}

void process_tree_state::join_ids(event_view event, number which) {
  const auto& known = tasks_.at(which);
  const auto id = event.process();
  if (id == entity_id{} || id == known.entity)
    return;
  const auto* replayed = event.extension();
  const bool is_given = replayed != nullptr && replayed->process_entity != 0;
  if (is_given || known.entity == entity_id{})
    tasks_.name_process(which, id);
}

process_version process_tree_state::first_sight(event_view event) {
  const auto& header = event.header();
  process_version first;
  first.since = event.visible_at();
  first.changed = static_cast<std::uint8_t>(all & ~by_cwd); // Which it does not tell.
  first.name = event.process_name();
  first.runs = programs_.of_path(event.executable());
  first.container = programs_.text(event.container_id());
  first.ppid = header.host_ppid;
  first.ns_ppid = header.ns_ppid;
  first.uid = header.uid;
  first.gid = header.gid;
  first.loginuid = header.loginuid;
  return first;
}

/// Input that calls a process's first thread something else than the process.
void process_tree_state::join_leader(event_view event, number which) {
  const auto* replayed = event.extension();
  const auto id = event.thread();
  if (replayed == nullptr || replayed->thread_entity == 0
      || id == tasks_.at(which).entity || id == tasks_.at(which).leader)
    return;
  tasks_.name_leader(which, id);
}

process_tree_state::number process_tree_state::first_seen(event_view event) {
  const auto& header = event.header();
  presume_dead(header.host_tgid, event.visible_at());
  auto first = first_sight(event);
  auto parent_id = event.parent();
  auto parent = tasks_.find_process(parent_id);
  if (parent == none)
    parent = tasks_.find_pid(header.host_ppid, event.visible_at());
  slab_ref parent_ref;
  if (parent != none) {
    parent_ref = tasks_.processes().ref_to(parent);
    if (parent_id == entity_id{})
      parent_id = tasks_.at(parent).entity;
  }
  const auto which = tasks_.make(event.visible_at());
  auto& made = tasks_.at(which);
  made.start_ns = start_of_process(header);
  made.start_time = to_time(event, made.start_ns);
  made.computed = computed_id(header.host_tgid, made.start_ns);
  made.entity = event.process() == entity_id{} ? made.computed : event.process();
  made.parent = parent_id;
  made.parent_ref = parent_ref;
  made.pid = header.host_tgid;
  made.ns_pid = header.ns_tgid;
  made.pid_ns = header.pid_ns;
  made.verified = event.visible_at();
  made.versions = history{std::move(first), tasks_.memory_for_versions()};
  tasks_.add(which);
  const bool is_there = tasks_.is_there(parent_ref);
  tasks_.set_parent(which, tasks_.at(which).parent, is_there ? parent_ref.number : none,
                    event.visible_at());
  if (is_leader(event))
    join_leader(event, which);
  tell(tasks_.processes().ref_to(which));
  tell_leader(which);
  tell(parent_ref);
  return which;
}

process_tree_state::number process_tree_state::thread_of(event_view event,
                                                         number owner) {
  const auto& header = event.header();
  const auto ref = tasks_.processes().ref_to(owner);
  const auto is_it = [&](number which) {
    return which != none && tasks_.thread_at(which).tid == header.host_tid
           && tasks_.thread_at(which).owner == ref;
  };
  auto found = tasks_.find_thread(event.thread());
  const auto computed = computed_id(header.host_tid, header.thread_start_ns);
  if (!is_it(found))
    found = tasks_.find_thread(computed);
  if (is_it(found)) {
    const auto* replayed = event.extension();
    if (event.thread() != entity_id{}
        && event.thread() != tasks_.thread_at(found).entity && replayed != nullptr
        && replayed->thread_entity != 0)
      tasks_.name_thread(found, event.thread());
    return found;
  }
  thread_version first;
  first.since = event.visible_at();
  first.changed = thread_version::all;
  first.name = event.process_name();
  first.uid = header.uid;
  first.gid = header.gid;
  thread made;
  made.versions = history{std::move(first)};
  made.computed = computed;
  made.entity = event.thread() == entity_id{} ? computed : event.thread();
  made.tid = header.host_tid;
  made.ns_tid = header.ns_tid;
  made.start_time = to_time(event, header.thread_start_ns);
  const auto which = tasks_.add(std::move(made), owner, event.visible_at());
  tell_thread(which);
  tell(ref);
  return which;
}

void process_tree_state::learn_context(event_view event, number which) {
  const auto& header = event.header();
  auto& known = tasks_.at(which);
  if (known.ns_pid == 0)
    known.ns_pid = header.ns_tgid;
  if (header.pid_ns != 0 && known.pid_ns != header.pid_ns)
    tasks_.set_pid_ns(which, header.pid_ns);
  if (known.start_ns == 0 && start_of_process(header) != 0) {
    known.start_ns = start_of_process(header);
    known.start_time = to_time(event, known.start_ns);
    known.versions.forget();
  }
  learn_user(event, which);
  learn_parent(event, which);
}

void process_tree_state::learn_user(event_view event, number which) {
  const auto& header = event.header();
  auto& known = tasks_.at(which);
  const auto* now = known.versions.find(event.visible_at());
  if (now == nullptr || header.host_tid != header.host_tgid)
    return;
  const bool has_all = event.extension() == nullptr; // JSON has the uid only.
  const auto gid = has_all ? header.gid : now->gid;
  const auto loginuid = has_all ? header.loginuid : now->loginuid;
  if (now->uid == header.uid && now->gid == gid && now->loginuid == loginuid)
    return;
  change(which, event.visible_at(), by_user, [&](process_version& version) {
    version.uid = header.uid;
    version.gid = gid;
    version.loginuid = loginuid;
  });
  tell_leader(which);
}

/// Its parent ended without our seeing it, or the one that took it in was another.
void process_tree_state::learn_parent(event_view event, number which) {
  const auto& header = event.header();
  const auto* now = tasks_.at(which).versions.find(event.visible_at());
  if (now == nullptr || header.host_ppid == 0 || now->ppid == header.host_ppid)
    return;
  const auto parent = tasks_.find_pid(header.host_ppid, event.visible_at());
  if (parent != none) {
    // Between a parent's exit event and the moment when the kernel finds a new one, the
    // header still has the old one.
    const auto* its = tasks_.at(parent).versions.find(event.visible_at());
    if (its != nullptr && !its->alive)
      return;
  }
  reparent(which, parent, header.host_ppid, event.visible_at());
  change(which, event.visible_at(), by_parent,
         [&](process_version& version) { version.ns_ppid = header.ns_ppid; });
}

/// A pid that is given to somebody else has no owner any more.
void process_tree_state::presume_dead(std::uint32_t pid, time_ns when) {
  const auto which = tasks_.find_pid(pid);
  if (which == none || !tasks_.at(which).versions.latest().alive
      || tasks_.at(which).versions.began() > when)
    return;
  auto& known = tasks_.at(which);
  known.presumed_dead = true;
  change(which, when, by_life, [&](process_version& version) {
    version.alive = false;
    version.exit_time = when;
  });
  tasks_.ended(which, when);
  end_leader(which, when, when);
  end_other_threads(which, when, when);
}

} // namespace vedette
