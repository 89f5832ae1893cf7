// How processes and threads begin: a fork, the notice of it in the child's shard, or
// that they were found at start-up.

#include "datasources/prefetch.hpp"
#include "datasources/process_tree/state.hpp"

#include <algorithm>
#include <utility>

namespace vedette {

namespace {

using enum process_version::group;
namespace forked = events::sched_process_fork;
namespace begun = events::task_begin;

// Both have the same first arguments, so one reader does.
static_assert(static_cast<int>(forked::slot::child_tid)
              == static_cast<int>(begun::slot::child_tid));
static_assert(static_cast<int>(forked::slot::leader_start_time)
              == static_cast<int>(begun::slot::leader_start_time));

/// Times as the record has them: ids are computed from those.
[[gnu::always_inline]] inline std::uint64_t raw(event_view event, forked::slot which) {
  const auto slot = static_cast<std::size_t>(which);
  return event.is_present(slot) ? event.value_at<arg_type::uint64>(slot) : 0;
}
[[gnu::always_inline]] inline std::uint32_t pid(event_view event, forked::slot which) {
  return static_cast<std::uint32_t>(raw(event, which));
}

entity_id computed_id(std::uint32_t tid, std::uint64_t start_ns) {
  return start_ns == 0 ? entity_id{} : entity_of(tid, start_ns);
}

} // namespace

struct process_tree_state::birth {
  explicit birth(event_view event)
      : tid{::vedette::pid(event, forked::slot::child_tid)},
        ns_tid{::vedette::pid(event, forked::slot::child_ns_tid)},
        pid{::vedette::pid(event, forked::slot::child_pid)},
        ns_pid{::vedette::pid(event, forked::slot::child_ns_pid)},
        parent_pid{::vedette::pid(event, forked::slot::parent_process_pid)},
        parent_ns_pid{::vedette::pid(event, forked::slot::parent_process_ns_pid)},
        leader_tid{::vedette::pid(event, forked::slot::leader_tid)},
        start_ns{raw(event, forked::slot::start_time)},
        parent_start_ns{raw(event, forked::slot::parent_process_start_time)},
        leader_start_ns{raw(event, forked::slot::leader_start_time)}, id{computed_id(
                                                                          tid,
                                                                          start_ns)} {
    if (start_ns != 0)
      start_time =
          time_ns{std::chrono::nanoseconds{start_ns} + event.owner().clock_offset()};
  }

  std::uint32_t tid, ns_tid, pid, ns_pid;
  std::uint32_t parent_pid, parent_ns_pid, leader_tid;
  std::uint64_t start_ns, parent_start_ns, leader_start_ns;
  entity_id id;
  time_ns start_time{};
};

/// A tree of thousands of processes is in no cache: what the events behind this one
/// will look at is fetched meanwhile.
void process_tree_state::expect_after(event_view event) const {
  constexpr std::size_t far = 10, near = 5;
  const auto& all = event.owner();
  const std::size_t here = event.index();
  if (here + far < all.size())
    prefetch_bytes(&all.record(here + far), sizeof(record_header) + 2 * cache_line);
  if (here + near >= all.size())
    return;
  const auto next = all[here + near];
  tasks_.expect(next.process());
  if (next.kind() == event_kind::sched_process_fork) {
    const auto pid = ::vedette::pid(next, forked::slot::child_pid);
    tasks_.expect(computed_id(pid, raw(next, forked::slot::start_time)), pid);
  }
}

void process_tree_state::apply_fork(event_view event) {
  const auto forker = process_of(event);
  if (!is_leader(event))
    thread_of(event, forker);
  const birth born{event};
  if (born.tid == 0 || born.pid == 0)
    return;
  if (born.tid == born.pid) {
    begin_process(event, born, parent_of(event, born, forker));
    return;
  }
  const auto owner =
      tasks_.find_process(computed_id(born.leader_tid, born.leader_start_ns));
  begin_thread(event, born, owner == none ? forker : owner);
}

void process_tree_state::apply_begin(event_view event) {
  const bool scanned = event.get<begun::scanned>().value_or(false);
  const birth born{event};
  if (born.tid == 0 || born.pid == 0)
    return;
  if (scanned)
    holes_.scanned(event.visible_at());
  if (born.tid == born.pid) {
    begin_process(event, born, parent_of(event, born, none));
    return;
  }
  auto owner = tasks_.find_process(computed_id(born.leader_tid, born.leader_start_ns));
  if (owner == none)
    owner = process_of(event);
  begin_thread(event, born, owner);
}

/// The kernel's parent of the child: with CLONE_PARENT not the one that forked.
process_tree_state::number process_tree_state::parent_of(event_view event,
                                                         const birth& born,
                                                         number forker) const {
  if (forker != none
      && (born.parent_pid == 0 || born.parent_pid == event.header().host_tgid))
    return forker;
  const auto found =
      tasks_.find_process(computed_id(born.parent_pid, born.parent_start_ns));
  if (found != none)
    return found;
  const auto by_pid = tasks_.find_pid(born.parent_pid, event.visible_at());
  if (by_pid == none || born.parent_start_ns == 0
      || tasks_.processes()[by_pid].start_ns == 0)
    return by_pid;
  return none; // It had that pid, but began at another time.
}

process_version process_tree_state::first_version(event_view event, const birth& born,
                                                  number parent) {
  process_version first;
  const bool of_child = event.kind() == event_kind::task_begin;
  const auto& header = event.header();
  if (parent != none) {
    const auto& all_of = tasks_.at(parent).versions;
    const auto* version = all_of.find(event.visible_at());
    const auto& from = version != nullptr ? *version : all_of.oldest();
    first.runs = from.runs;
    first.cwd = from.cwd;
    first.container = from.container;
    first.gid = from.gid;
    first.loginuid = from.loginuid;
  }
  first.since = event.visible_at();
  first.changed = all;
  first.name = event.process_name();
  first.ppid = parent != none ? tasks_.at(parent).pid : born.parent_pid;
  if (first.ppid == 0 && of_child)
    first.ppid = header.host_ppid;
  // A child that begins a pid namespace cannot see its parent.
  first.ns_ppid = born.ns_pid == 1 && born.pid != 1 ? 0 : born.parent_ns_pid;
  first.uid = header.uid;
  if (event.extension() == nullptr || parent == none) {
    first.gid = header.gid;
    first.loginuid = header.loginuid;
  }
  if (!event.container_id().empty())
    first.container = programs_.text(event.container_id());
  if (!of_child) {
    if (!first.runs)
      first.runs = programs_.of_path(event.executable());
    return first;
  }
  const auto path = event.get<begun::pathname>().value_or("");
  if (!path.empty() && (!first.runs || first.runs->path() != path))
    first.runs = programs_.of_begin(event);
  if (const auto pwd = event.get<begun::pwd>(); pwd && !pwd->empty())
    first.cwd = programs_.text(*pwd);
  return first;
}

void process_tree_state::begin_process(event_view event, const birth& born,
                                       number parent) {
  const auto when = event.visible_at();
  const bool of_child = event.kind() == event_kind::task_begin;
  const bool scanned = of_child && event.get<begun::scanned>().value_or(false);
  auto known = tasks_.find_process(born.id);
  if (known == none && born.start_ns == 0)
    known = tasks_.find_pid(born.pid);
  if (known != none && tasks_.at(known).pid == born.pid) {
    if (tasks_.at(known).versions.began() > when)
      begin_late(event, known, born, parent);
    else if (of_child)
      add_facts(event, known, scanned);
    return;
  }
  presume_dead(born.pid, when);
  auto first = first_version(event, born, parent);
  slab_ref parent_ref;
  auto parent_id =
      of_child ? event.parent() : computed_id(born.parent_pid, born.parent_start_ns);
  auto pid_ns = of_child ? event.header().pid_ns : 0;
  if (parent != none) {
    const auto& forker = tasks_.at(parent);
    parent_ref = tasks_.processes().ref_to(parent);
    parent_id = forker.entity;
    if (!of_child && (born.ns_pid != 1 || born.pid == 1))
      pid_ns = forker.pid_ns;
    tasks_.touch(parent);
  }
  const auto which = tasks_.make(event.visible_at());
  auto& made = tasks_.at(which);
  made.entity = made.computed = born.id;
  if (of_child && event.process() != entity_id{})
    made.entity = event.process();
  made.pid = born.pid;
  made.ns_pid = born.ns_pid == 0 ? born.pid : born.ns_pid;
  made.start_ns = born.start_ns;
  made.start_time = born.start_time;
  made.verified = when;
  made.forked = !scanned;
  made.scanned = scanned;
  made.pid_ns = pid_ns;
  made.parent = parent_id;
  made.parent_ref = parent_ref;
  made.versions = history{std::move(first), tasks_.memory_for_versions()};
  tasks_.add(which);
  const bool is_there = tasks_.is_there(parent_ref); // Room was made.
  tasks_.set_parent(which, parent_id, is_there ? parent_ref.number : none, when);
  tell(tasks_.processes().ref_to(which));
  tell_leader(which);
  tell(parent_ref);
  if (is_there)
    orphan_late(which, parent_ref.number, when);
}

/// Its birth comes after its parent's end: what the end did to children was not done to
/// this one.
void process_tree_state::orphan_late(number child, number parent, time_ns born) {
  auto& from = tasks_.at(parent);
  from.last_birth = std::max(from.last_birth, born);
  const auto& latest = from.versions.latest();
  if (latest.alive || latest.since <= born)
    return;
  // Whoever took in the others is not kept; the first process of the namespace mostly.
  const bool on_host = from.pid_ns == 0 || from.pid == from.ns_pid;
  const auto reaper =
      on_host ? tasks_.find_pid(1, latest.since) : tasks_.find_init(from.pid_ns);
  const auto pid = on_host ? 1 : (reaper != none ? tasks_.at(reaper).pid : 0);
  if (reaper != parent && reaper != child)
    reparent(child, reaper, pid, latest.since);
}

void process_tree_state::begin_thread(event_view event, const birth& born,
                                      number owner) {
  const auto known = tasks_.find_thread(born.id);
  const auto when = event.visible_at();
  if (known != none && tasks_.thread_at(known).tid == born.tid)
    return;
  if (tasks_.at(owner).presumed_dead)
    revive(owner, when);
  thread_version first;
  first.since = when;
  first.changed = thread_version::all;
  first.name = event.process_name();
  first.uid = event.header().uid;
  first.gid = event.header().gid;
  thread made;
  made.versions = history{std::move(first)};
  made.entity = made.computed = born.id;
  const bool of_child = event.kind() == event_kind::task_begin;
  if (of_child && event.thread() != entity_id{})
    made.entity = event.thread();
  made.tid = born.tid;
  made.ns_tid = born.ns_tid == 0 ? born.tid : born.ns_tid;
  made.start_time = born.start_time;
  made.scanned = of_child && event.get<begun::scanned>().value_or(false);
  const auto ref = tasks_.processes().ref_to(owner);
  const auto which = tasks_.add(std::move(made), owner, event.visible_at());
  tell_thread(which);
  tell(ref);
}

/// We have seen what it did before we hear of its birth. Whose child it was then may
/// have been another one that had taken it in.
void process_tree_state::begin_late(event_view event, number which, const birth& born,
                                    number parent) {
  auto& known = tasks_.at(which);
  const auto when = event.visible_at();
  known.forked = true;
  const auto first = first_version(event, born, parent);
  change(which, when, all, [&](process_version& version) {
    const auto since = version.since;
    version = first;
    version.since = since;
  });
  tell(known.parent_ref);
  if (parent == none || parent == which)
    return;
  known.parent = tasks_.at(parent).entity;
  known.parent_ref = tasks_.processes().ref_to(parent);
  known.versions.forget();
  tasks_.set_parent(which, known.parent, parent, when);
  tell(known.parent_ref);
  orphan_late(which, parent, when);
}

/// A second notice of a task. What was found by looking corrects what was learned; what
/// comes with a birth only fills in what is not known.
void process_tree_state::add_facts(event_view event, number which, bool scanned) {
  auto& known = tasks_.at(which);
  const auto when = event.visible_at();
  const auto& header = event.header();
  if (scanned && known.presumed_dead)
    revive(which, when);
  const auto* version = known.versions.find(when);
  if (version == nullptr || !version->alive)
    return;
  const auto path = event.get<begun::pathname>().value_or("");
  const auto known_path = version->runs ? version->runs->path() : "";
  if (!path.empty() && path != known_path && (scanned || known_path.empty())) {
    const auto runs = programs_.of_begin(event);
    change(which, when, by_program, [&](auto& next) { next.runs = runs; });
  }
  if (known.pid_ns == 0)
    tasks_.set_pid_ns(which, header.pid_ns);
  if (!scanned)
    return;
  holes_.see(known, when);
  if (version = known.versions.find(when); version->name != event.process_name())
    change(which, when, by_name, [&](auto& next) { next.name = event.process_name(); });
  learn_context(event, which);
}

} // namespace vedette
