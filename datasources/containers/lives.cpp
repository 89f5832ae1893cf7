#include "datasources/containers/state.hpp"

#include <algorithm>

// How a container begins and ends.
namespace vedette {

using version = container_version;

void containers_state::ask(number which, std::string_view runtime) {
  questions_.push_back({table_[which].id, std::string{runtime}});
}

containers_state::number containers_state::begin(const birth& born) {
  constexpr std::size_t longest_id = 256; // Ids of JSON may have any length.
  if (born.id.empty() || born.id.size() > longest_id)
    return none;
  if (const auto known = table_.find(born.id); known != none) {
    if (table_[known].is_removed() && table_[known].removed_at <= born.at)
      begin_again(known, born);
    else
      add_origin(known, born);
    return known;
  }
  if (const auto oldest = table_.to_evict(); oldest != none) {
    ++evicted_;
    leave(oldest, born.at);
    table_.drop_left(settled_);
  }
  version first;
  first.since = born.at;
  first.changed = version::life | version::names | version::birth;
  first.state = born.state;
  first.pid = born.pid;
  first.ctime = born.ctime;
  first.runtime = born.runtime;
  const bool asks = config_.enrich.answer_for(born.runtime);
  first.enrichment = asks ? enrichment_state::pending : enrichment_state::off;
  const auto which = table_.add(born.id, std::move(first), born.discovered);
  auto& made = table_[which];
  made.existed = born.existed;
  made.told = !born.tell;
  made.tell_at = born.at + config_.tell_after;
  if (born.tell)
    untold_.insert({made.tell_at, made.serial, which});
  if (asks)
    ask(which, born.runtime);
  changed(which);
  if (born.tell && !asks)
    tell(which, born.at);
  return which;
}

/// The same container was started again: a new life, about which its runtime is asked
/// anew. What was known of its names stays.
void containers_state::begin_again(number which, const birth& born) {
  auto& one = table_[which];
  table_.set_removed(which, end_of_time);
  one.own_live = 0;
  one.born = born.discovered;
  one.existed = born.existed;
  const auto runtime =
      born.runtime == "unknown" ? one.versions.latest().runtime : born.runtime;
  const bool asks = config_.enrich.answer_for(runtime);
  one.versions.change(born.at, version::all, settled_, [&](version& next) {
    next.state = born.state;
    next.removed_at = end_of_time;
    next.pid = born.pid;
    next.ctime = born.ctime;
    next.runtime = runtime;
    if (asks)
      next.enrichment = enrichment_state::pending;
  });
  one.told = !born.tell;
  one.tell_at = born.at + config_.tell_after;
  if (born.tell)
    untold_.insert({one.tell_at, one.serial, which});
  if (asks)
    ask(which, runtime);
  changed(which);
  if (born.tell && !asks)
    tell(which, born.at);
}

/// One more directory, or event, of a container that is known: it may tell of its runtime
/// and when it was made.
void containers_state::add_origin(number which, const birth& born) {
  auto& one = table_[which];
  const auto* shown = one.versions.find(born.at);
  const auto& before = shown != nullptr ? *shown : one.versions.oldest();
  const bool is_earlier = shown == nullptr;
  const bool tells_runtime = before.runtime == "unknown" && born.runtime != "unknown";
  const bool tells_ctime =
      born.ctime != time_ns{} && (before.ctime == time_ns{} || born.ctime < before.ctime);
  if (!is_earlier && !tells_runtime && !tells_ctime)
    return;
  const bool asks = tells_runtime && before.enrichment == enrichment_state::off
                    && config_.enrich.answer_for(born.runtime);
  std::uint8_t groups = version::birth;
  if (asks)
    groups |= version::names;
  if (is_earlier)
    groups |= version::life;
  one.versions.change(born.at, groups, settled_, [&](version& next) {
    if (is_earlier)
      next.state = born.state;
    if (tells_runtime)
      next.runtime = born.runtime;
    if (tells_ctime)
      next.ctime = born.ctime;
    if (asks)
      next.enrichment = enrichment_state::pending;
  });
  if (asks)
    ask(which, born.runtime);
  changed(which);
}

/// It has a task.
void containers_state::run(number which, time_ns at, std::uint32_t pid) {
  auto& one = table_[which];
  const auto* shown = one.versions.find(at);
  if (shown == nullptr || shown->state == container_state::removed)
    return;
  std::uint8_t groups = 0;
  if (shown->state == container_state::created)
    groups |= version::life;
  if (shown->pid == 0 && pid != 0)
    groups |= version::process;
  if (groups == 0)
    return;
  one.versions.change(at, groups, settled_, [&](version& next) {
    next.state = container_state::running;
    if ((groups & version::process) != 0)
      next.pid = pid;
  });
  changed(which);
}

void containers_state::remove(number which, time_ns at, time_ns happened) {
  auto& one = table_[which];
  if (one.is_removed())
    return;
  if (!one.told)
    tell(which, at);
  for (const auto directory : one.directories)
    table_.end_directory(directory, at);
  one.own_live = 0;
  one.versions.change(at, version::life, settled_, [&](version& next) {
    next.state = container_state::removed;
    next.removed_at = at;
  });
  table_.set_removed(which, at);
  changed(which);
  announce(event_kind::container_remove, which, happened, one.versions.latest());
}

/// The container is removed when the last of its own directories has gone.
void containers_state::end_directory(number which, time_ns at, time_ns happened) {
  const auto owner = table_.directory(which).owner;
  const bool is_own = table_.directory(which).is_own;
  table_.end_directory(which, at);
  if (is_own && --table_[owner].own_live == 0)
    remove(owner, at, happened);
}

/// Another directory has the id now: what had it is gone, and its removal was lost.
void containers_state::release_id(std::uint64_t id, std::uint32_t hierarchy,
                                  time_ns at) {
  if (const auto left = table_.live_directory(id, hierarchy); left != none)
    end_directory(left, at, at);
  for (auto one = table_.with_cgroup(id); one != none; one = table_.directory(one).next)
    if (auto& before = table_.directory(one);
        before.hierarchy == hierarchy && before.reused == end_of_time)
      before.reused = at;
}

/// Twice the time that it is answerable.
void containers_state::expire(time_ns now) {
  const auto until = now - 2 * config_.grace;
  for (auto gone = table_.removed_before(until); gone != none;
       gone = table_.removed_before(until)) {
    ++expired_;
    leave(gone, now);
  }
}

void containers_state::leave(number which, time_ns at) {
  if (!table_[which].told)
    tell(which, table_[which].tell_at);
  table_.leave(which, at);
}

void containers_state::tell(number which, time_ns as_of) {
  auto& one = table_[which];
  untold_.erase({one.tell_at, one.serial, which});
  one.told = true;
  const auto* shown = one.versions.find(as_of);
  const auto kind =
      one.existed ? event_kind::existing_container : event_kind::container_create;
  announce(kind, which, one.born, shown != nullptr ? *shown : one.versions.latest());
}

void containers_state::tell_rest() {
  while (!untold_.empty())
    tell(std::get<number>(*untold_.begin()), end_of_time);
}

void containers_state::announce(event_kind kind, number which, time_ns at,
                                const container_version& shown) {
  const auto& whose = table_[which];
  std::uint64_t cgroup = 0;
  for (const auto place : whose.directories)
    if (const auto& one = table_.directory(place); one.hierarchy == 0 && one.is_own)
      cgroup = one.id;
  announcements_.push_back({kind, at, answer(whose, shown), cgroup});
}

} // namespace vedette
