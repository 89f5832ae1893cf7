#include "datasources/containers/state.hpp"
#include "datasources/text_hash.hpp"

#include <algorithm>

// What a container was like.
namespace vedette {

namespace {

std::string enrichment_of(const container_version& shown) {
  switch (shown.enrichment) {
  case enrichment_state::off:
    return "off";
  case enrichment_state::pending:
    return "pending";
  case enrichment_state::resolved:
    return "resolved";
  case enrichment_state::failed:
    return "failed: " + *shown.failure;
  }
  return {};
}

} // namespace

get_result<container_info> containers_state::get(const container_key& key,
                                                 time_ns as_of) {
  auto found = [&]() -> get_result<container_info> {
    switch (key.kind) {
    case container_key_kind::none:
      return std::unexpected{ec::data_not_found};
    case container_key_kind::cgroup:
      return of_cgroup(key.id, as_of);
    case container_key_kind::text:
    case container_key_kind::part:
      return of_text(key, as_of);
    }
    return std::unexpected{ec::key_not_supported};
  }();
  ++(found ? hits_ : misses_);
  return found;
}

/// The directory with this id that was made last by then: it may have gone since. None:
/// `was_there` says whether its container has left.
const cgroup_directory* containers_state::resolve(std::uint64_t id, time_ns as_of,
                                                  bool& was_there) const {
  const cgroup_directory* best = nullptr;
  const bool only_v2 = v2_since_ <= as_of;
  for (auto which = table_.with_cgroup(id); which != none;) {
    const auto& one = table_.directory(which);
    which = one.next;
    const bool fits =
        !only_v2 || one.hierarchy == 0 || one.hierarchy == cgroup_directory::of_events;
    if (!fits || one.since > as_of || one.reused <= as_of)
      continue;
    if (table_[one.owner].left <= as_of) {
      was_there = true;
      continue;
    }
    if (best == nullptr || one.since > best->since
        || (one.since == best->since && one.hierarchy < best->hierarchy))
      best = &one;
  }
  return best;
}

get_result<container_info> containers_state::of_cgroup(std::uint64_t id,
                                                       time_ns as_of) const {
  bool was_there = table_.had_cgroup(id);
  const auto* where = resolve(id, as_of, was_there);
  if (where == nullptr)
    return missing(was_there ? ec::expired : ec::data_not_found, as_of);
  if (where->until != end_of_time && as_of - where->until >= config_.grace
      && as_of >= where->until)
    return missing(ec::expired, as_of);
  return show(where->owner, as_of);
}

bool containers_state::is_meant(const container& one, const container_key& key) {
  if (one.key.length == key.length)
    return one.key.id == key.id;
  if (key.length < container_prefix || one.id.size() < key.length)
    return false;
  return hash64(std::string_view{one.id}.substr(0, key.length)) == key.id;
}

get_result<container_info> containers_state::of_text(const container_key& key,
                                                     time_ns as_of) const {
  get_result<container_info> best = std::unexpected{ec::data_not_found};
  bool was_known = false, is_whole = false;
  for (auto which = table_.with_head(key.head); which != none;
       which = table_[which].next) {
    const auto& one = table_[which];
    if (!is_meant(one, key))
      continue;
    const bool is_exact = one.key.length == key.length;
    is_whole = is_whole || is_exact;
    if (one.versions.began() > as_of)
      continue; // Not yet there, or not yet again: that it comes is not known then.
    auto found = show(which, as_of);
    if (is_exact && found)
      return found; // The whole id: nothing is more exact.
    if (found && best)
      return std::unexpected{ec::key_not_supported};
    if (found)
      best = std::move(found);
    was_known = was_known || (!found && found.error() == ec::expired);
  }
  if (best && !is_whole)
    return best;
  if (was_known || table_.had_text(key))
    return missing(ec::expired, as_of);
  if (key.kind == container_key_kind::part && !is_whole)
    return std::unexpected{ec::key_not_supported};
  return missing(ec::data_not_found, as_of);
}

get_result<container_info> containers_state::missing(ec why, time_ns as_of) const {
  get_result<container_info> result = std::unexpected{why};
  result.complete = !holes_.hide_some(as_of);
  return result;
}

get_result<container_info> containers_state::show(number which, time_ns as_of) const {
  const auto& one = table_[which];
  const auto* shown = one.versions.find(as_of);
  if (one.left <= as_of)
    return missing(ec::expired, as_of);
  if (shown == nullptr) // Not yet there, or not yet again.
    return missing(ec::data_not_found, as_of);
  if (shown->removed_at <= as_of && as_of - shown->removed_at >= config_.grace)
    return missing(ec::expired, as_of);
  get_result<container_info> result = answer(one, *shown);
  result.complete = as_of < shown->exact_until;
  if (!holes_.empty() && holes_.touch(one.first_seen, shown->removed_at, as_of))
    result.complete = false;
  return result;
}

shared_record<container_info> containers_state::answer(const container& whose,
                                                       const container_version& shown) {
  if (shown.answer)
    return shown.answer.lend();
  container_info made;
  made.id = whose.id;
  made.runtime = shown.runtime;
  if (shown.facts) {
    const auto& facts = *shown.facts;
    if (!facts.runtime.empty() && facts.runtime != "unknown")
      made.runtime = facts.runtime;
    made.name = facts.name;
    made.image = facts.image;
    made.image_digest = facts.image_digest;
    made.labels.all = facts.labels;
    made.pod_id = facts.pod_id;
    made.pod_name = facts.pod_name;
    made.pod_namespace = facts.pod_namespace;
    made.pod_sandbox = facts.pod_sandbox;
  }
  made.ctime = shown.ctime;
  made.pid = shown.pid;
  made.state = shown.state;
  made.enrichment = enrichment_of(shown);
  shown.answer = lent_record{std::move(made)};
  return shown.answer.lend();
}

std::string containers_state::explain(const container_key& key, time_ns as_of,
                                      ec why) const {
  if (why != ec::key_not_supported)
    return {};
  if (key.kind == container_key_kind::part)
    return "no container is called so; give at least 12 characters of an id";
  std::string candidates;
  for (auto which = table_.with_head(key.head); which != none;
       which = table_[which].next) {
    if (!is_meant(table_[which], key) || !show(which, as_of))
      continue;
    candidates += (candidates.empty() ? "" : ", ") + table_[which].id;
  }
  return candidates.empty() ? "" : "several containers begin so: " + candidates;
}

value containers_state::show_key(const container_key& key) const {
  if (key.kind == container_key_kind::cgroup)
    return value::object{{"cgroup", key.id}};
  for (auto which = table_.with_head(key.head); which != none;
       which = table_[which].next)
    if (is_meant(table_[which], key))
      return table_[which].id;
  return {};
}

} // namespace vedette
