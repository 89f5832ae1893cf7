#include "datasources/process_tree/tasks.hpp"

#include "datasources/prefetch.hpp"

#include <algorithm>
#include <utility>

namespace vedette {

namespace {

std::uint64_t raw(entity_id id) {
  return static_cast<std::uint64_t>(id);
}

// 0 is no key of a flat_index; an unknown namespace has no init either.
std::uint64_t key_of(std::uint32_t number) {
  return number;
}

constexpr std::size_t most_leaving = std::size_t{1} << 15U;

bool is_dead(const process& one) {
  return !one.versions.latest().alive;
}
bool is_dead_thread(const thread& one) {
  return !one.versions.latest().alive;
}

/// Since then: one that was revived and ended again is in the line of the ended twice.
bool is_dead_since(const process& one, time_ns since) {
  return is_dead(one) && one.ended == since && one.evicted == end_of_time;
}

} // namespace

tasks::tasks(const process_tree_config& config)
    : config_{config}, gone_{config.processes} {}

tasks::number tasks::find_thread(entity_id id) const {
  const auto found = id == entity_id{} ? none : thread_by_id_.find(raw(id));
  return found != none && threads_[found].evicted != end_of_time ? none : found;
}

tasks::number tasks::find_pid(std::uint32_t pid) const {
  return if_there(pid == 0 ? none : by_pid_.find(key_of(pid)));
}

/// Of those with one id the youngest that had come by then; the oldest, if none had.
template <class Item>
tasks::number youngest_then(const slab<Item>& items, tasks::number youngest, time_ns as_of) {
  auto found = youngest;
  while (found != tasks::none) {
    const auto older = items[found].older_with_id;
    if (older == slab_ref{} || items[found].versions.began() <= as_of
        || items.find(older) == nullptr)
      break;
    found = older.number;
  }
  return found;
}

tasks::number tasks::process_then(entity_id id, time_ns as_of) const {
  return id == entity_id{} ? none : youngest_then(processes_, by_id_.find(raw(id)), as_of);
}

tasks::number tasks::thread_then(entity_id id, time_ns as_of) const {
  return id == entity_id{} ? none
                           : youngest_then(threads_, thread_by_id_.find(raw(id)), as_of);
}

tasks::number tasks::leader_then(entity_id id, time_ns as_of) const {
  const auto process = process_then(id, as_of);
  return process != none || id == entity_id{} ? process : leader_by_id_.find(raw(id));
}

tasks::number tasks::pid_then(std::uint32_t pid, time_ns as_of) const {
  auto found = pid == 0 ? none : by_pid_.find(key_of(pid));
  while (found != none && processes_[found].versions.began() > as_of) {
    const auto older = processes_[found].older_with_pid;
    found = processes_.find(older) != nullptr ? older.number : none;
  }
  return found;
}

tasks::number tasks::find_init(std::uint32_t pid_ns) const {
  return if_there(pid_ns == 0 ? none : init_of_.find(key_of(pid_ns)));
}

bool tasks::was_there(entity_id id) const {
  return id != entity_id{} && gone_.has(raw(id));
}

tasks::number tasks::make(time_ns now) {
  make_room(now);
  return processes_.add().number;
}

void tasks::add(number which) {
  auto& added = processes_[which];
  if (added.entity != entity_id{}) {
    if (const auto older = by_id_.find(raw(added.entity)); older != none)
      added.older_with_id = processes_.ref_to(older);
    by_id_.put(raw(added.entity), which);
  }
  if (added.computed != entity_id{} && added.computed != added.entity)
    by_id_.put(raw(added.computed), which);
  if (added.pid != 0) {
    if (const auto older = by_pid_.find(key_of(added.pid)); older != none)
      added.older_with_pid = processes_.ref_to(older);
    by_pid_.put(key_of(added.pid), which);
  }
  set_pid_ns(which, added.pid_ns);
  link(which);
  adopt_waiting(which);
}

void tasks::expect(entity_id id, std::uint32_t pid) const {
  by_id_.prefetch(raw(id));
  by_pid_.prefetch(key_of(pid));
}

tasks::number tasks::add(thread made, number owner, time_ns now) {
  make_room_for_thread(now);
  const auto which = threads_.add().number;
  auto& added = threads_[which];
  added = std::move(made);
  added.owner = processes_.ref_to(owner);
  if (added.entity != entity_id{}) {
    if (const auto older = thread_by_id_.find(raw(added.entity)); older != none)
      added.older_with_id = threads_.ref_to(older);
    thread_by_id_.put(raw(added.entity), which);
  }
  if (added.computed != entity_id{} && added.computed != added.entity)
    thread_by_id_.put(raw(added.computed), which);
  auto& leader = processes_[owner];
  leader.threads.add(threads_.ref_to(which), threads_);
  ++leader.live_threads;
  thread_births_.add(added.versions.oldest().since, threads_.ref_to(which), threads_);
  return which;
}

void tasks::name_process(number which, entity_id id) {
  auto& named = processes_[which];
  named.entity = id;
  by_id_.put(raw(id), which);
  named.versions.forget();
  for (const auto ref : named.threads)
    if (auto* own = threads_.find(ref))
      own->versions.forget();
  const auto self = processes_.ref_to(which);
  for (const auto ref : named.children)
    if (auto* child = processes_.find(ref);
        child != nullptr && child->parent_ref == self) {
      child->parent = id;
      child->versions.forget();
    }
}

void tasks::name_leader(number which, entity_id id) {
  processes_[which].leader = id;
  leader_by_id_.put(raw(id), which);
}

void tasks::name_thread(number which, entity_id id) {
  auto& named = threads_[which];
  named.entity = id;
  thread_by_id_.put(raw(id), which);
  named.versions.forget();
}

void tasks::set_pid_ns(number which, std::uint32_t pid_ns) {
  auto& of = processes_[which];
  of.pid_ns = pid_ns;
  if (pid_ns != 0 && of.ns_pid == 1)
    init_of_.put(key_of(pid_ns), which);
}

void tasks::set_parent(number child, entity_id parent, number parent_number,
                       time_ns since) {
  if (parent_number != none) {
    auto& adopter = processes_[parent_number];
    adopter.children.add({processes_.ref_to(child), since}, processes_);
    return;
  }
  if (parent == entity_id{})
    return;
  if (waiting_.size() > 2 * processes_.size() + 64)
    std::erase_if(waiting_,
                  [&](auto& one) { return processes_.find(one.second) == nullptr; });
  waiting_.emplace(raw(parent), processes_.ref_to(child));
}

void tasks::adopt_waiting(number parent) {
  if (waiting_.empty())
    return;
  auto& found = processes_[parent];
  for (const auto id : {found.entity, found.computed}) {
    const auto [begin, end] = waiting_.equal_range(raw(id));
    for (auto one = begin; one != end; ++one)
      if (auto* child = processes_.find(one->second)) {
        found.children.add({one->second, beginning_of_time}, processes_);
        if (child->parent_ref == slab_ref{})
          child->parent_ref = processes_.ref_to(parent);
      }
    waiting_.erase(begin, end);
  }
}

void tasks::touch(number which) {
  if (which == newest_ || is_dead(processes_[which]))
    return;
  unlink(which);
  link(which);
}

void tasks::ended(number which, time_ns when) {
  unlink(which);
  processes_[which].ended = when;
  ended_.add(when, processes_.ref_to(which), processes_);
}

void tasks::thread_ended(number which, time_ns when) {
  if (auto* owner = processes_.find(threads_[which].owner); owner != nullptr)
    --owner->live_threads;
  ended_threads_.add(when, threads_.ref_to(which), threads_);
}

void tasks::revived(number which) {
  link(which);
}

bool tasks::is_forgotten(number which, time_ns asked) const {
  const auto& one = processes_[which];
  const auto* then = one.versions.find(asked);
  return one.evicted <= asked
         || (then != nullptr && !then->alive
             && is_forgotten_since(then->exit_time, asked));
}

/// Twice the time that it is answerable itself: its children's lineages still show it.
bool tasks::is_forgotten_since(time_ns exited, time_ns asked) const {
  return asked - exited > 2 * config_.keep_exited;
}

void tasks::advance(time_ns settled) {
  settled_ = settled;
  const auto is_due = [&](time_ns since) { return is_forgotten_since(since, settled); };
  slab_ref next;
  while ((next = ended_.next(processes_, is_dead_since, is_due)).number != none) {
    expect_removals();
    remove(next.number);
    ++expired_;
  }
  const auto is_dead = [](const thread& one, time_ns) { return is_dead_thread(one); };
  while ((next = ended_threads_.next(threads_, is_dead, is_due)).number != none)
    remove_thread(next.number);
  let_go(leaving_, processes_, [this](number which) { remove(which); });
  let_go(leaving_threads_, threads_, [this](number which) { remove_thread(which); });
}

/// With its threads.
void tasks::leave(number which, time_ns now) {
  auto& one = processes_[which];
  if (!is_dead(one))
    unlink(which);
  for (const auto ref : one.threads)
    if (const auto* own = threads_.find(ref); own != nullptr && own->evicted == end_of_time)
      leave_thread(ref.number, now);
  one.evicted = now;
  leaving_.line.add(now, processes_.ref_to(which));
  ++leaving_.count;
}

void tasks::leave_thread(number which, time_ns now) {
  auto& one = threads_[which];
  if (auto* owner = processes_.find(one.owner); owner != nullptr && !is_dead_thread(one))
    --owner->live_threads;
  one.evicted = now;
  leaving_threads_.line.add(now, threads_.ref_to(which));
  ++leaving_threads_.count;
}

template <class Item, class Remove>
void tasks::let_go(departures& those, slab<Item>& items, Remove remove) {
  const auto most = std::max(config_.processes, most_leaving);
  while (const auto next = those.line.next(settled_, most)) {
    const auto* item = items.find(next->who);
    if (item != nullptr && item->evicted == next->since)
      remove(next->who.number);
  }
}

/// What ended long ago is in no cache any more, and is dropped in a known order.
void tasks::expect_removals() const {
  constexpr std::size_t far = 6, near = 3; // Events in between: some 100 ns each.
  processes_.expect(ended_.peek(far));
  if (const auto* next = processes_.find(ended_.peek(near))) {
    next->versions.prefetch_older();
    prefetch(next->versions.latest().runs.get());
    gone_.prefetch(raw(next->entity));
    expect(next->entity, next->pid);
  }
}

void tasks::make_room(time_ns now) {
  while (size() >= config_.processes) {
    expect_removals();
    const auto dead = ended_.next(processes_, is_dead_since, [](time_ns) { return true; });
    leave(dead.number != none ? dead.number : oldest_, now);
    ++evicted_;
  }
}

void tasks::make_room_for_thread(time_ns now) {
  const auto always = [](time_ns) { return true; };
  const auto stays = [](const thread& one, time_ns) { return one.evicted == end_of_time; };
  const auto count = [&] { return threads_.size() - leaving_threads_.count; };
  while (count() > 0 && count() + size() >= config_.threads) {
    const auto is_dead = [&](const thread& one, time_ns since) {
      return stays(one, since) && is_dead_thread(one);
    };
    auto next = ended_threads_.next(threads_, is_dead, always);
    if (next.number == none)
      next = thread_births_.next(threads_, stays, always);
    leave_thread(next.number, now);
    ++evicted_;
  }
}

void tasks::remove(number which) {
  auto& leaving = processes_[which];
  if (leaving.evicted != end_of_time)
    --leaving_.count;
  else if (!is_dead(leaving))
    unlink(which);
  for (const auto ref : leaving.threads)
    if (threads_.find(ref) != nullptr)
      remove_thread(ref.number);
  by_id_.erase(raw(leaving.entity), which);
  gone_.add(raw(leaving.entity));
  if (leaving.computed != leaving.entity) {
    by_id_.erase(raw(leaving.computed), which);
    gone_.add(raw(leaving.computed));
  }
  if (leaving.leader != entity_id{})
    leader_by_id_.erase(raw(leaving.leader), which);
  if (leaving.pid != 0)
    by_pid_.erase(key_of(leaving.pid), which);
  if (leaving.pid_ns != 0)
    init_of_.erase(key_of(leaving.pid_ns), which);
  spare_.keep(leaving.versions.leave_memory());
  processes_.remove(which);
}

void tasks::remove_thread(number which) {
  auto& leaving = threads_[which];
  for (const auto id : {leaving.entity, leaving.computed}) {
    if (id == entity_id{})
      continue;
    thread_by_id_.erase(raw(id), which);
    gone_.add(raw(id));
  }
  if (auto* owner = processes_.find(leaving.owner);
      owner != nullptr && !is_dead_thread(leaving) && leaving.evicted == end_of_time)
    --owner->live_threads;
  if (leaving.evicted != end_of_time)
    --leaving_threads_.count;
  threads_.remove(which);
}

void tasks::link(number which) {
  processes_[which].older = newest_;
  processes_[which].newer = none;
  (newest_ == none ? oldest_ : processes_[newest_].newer) = which;
  newest_ = which;
}

void tasks::unlink(number which) {
  auto& one = processes_[which];
  (one.newer == none ? newest_ : processes_[one.newer].older) = one.older;
  (one.older == none ? oldest_ : processes_[one.older].newer) = one.newer;
}

std::size_t tasks::bytes() const {
  // About: what the slabs hold, and a guess at what hangs on it.
  constexpr std::size_t of_versions = 300;
  return processes_.size() * (sizeof(process) + of_versions)
         + threads_.size() * (sizeof(thread) + sizeof(thread_version)) + by_id_.bytes()
         + thread_by_id_.bytes() + by_pid_.bytes() + init_of_.bytes() + ended_.bytes()
         + ended_threads_.bytes() + thread_births_.bytes() + gone_.bytes();
}

} // namespace vedette
