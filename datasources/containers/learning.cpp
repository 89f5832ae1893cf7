#include "datasources/containers/answer_records.hpp"
#include "datasources/containers/state.hpp"

#include <algorithm>
#include <memory>
#include <utility>

// What events tell of containers.
namespace vedette {

using version = container_version;

void containers_state::apply_mkdir(event_view event) {
  namespace made = events::cgroup_mkdir;
  const auto id = event.get<made::cgroup_id>().value_or(0);
  const auto hierarchy = event.get<made::hierarchy_id>().value_or(0);
  const auto at = event.visible_at();
  if (hierarchy == 0)
    v2_since_ = std::min(v2_since_, at);
  release_id(id, hierarchy, at);
  const auto match = match_cgroup(event.get<made::cgroup_path>().value_or(""));
  if (!match)
    return;
  const auto owner = begin({.id = match->id,
                            .runtime = match->runtime,
                            .at = at,
                            .discovered = event.time(),
                            .ctime = match->is_own ? event.time() : time_ns{},
                            .tell = true});
  // One that was removed later, as is known already, has nothing that lives.
  if (owner == none || id == 0 || table_[owner].is_removed())
    return;
  const auto added = table_.add_directory(owner, {.id = id,
                                                  .hierarchy = hierarchy,
                                                  .is_own = match->is_own,
                                                  .since = at});
  if (added == none)
    ++evicted_;
  else if (match->is_own)
    ++table_[owner].own_live;
}

void containers_state::apply_rmdir(event_view event) {
  namespace gone = events::cgroup_rmdir;
  const auto hierarchy = event.get<gone::hierarchy_id>().value_or(0);
  const auto id = event.get<gone::cgroup_id>().value_or(0);
  const auto at = event.visible_at();
  removed_.add(tombstone_of(id, hierarchy));
  if (const auto known = table_.live_directory(id, hierarchy); known != none)
    return end_directory(known, at, event.time());
  if (const auto seen = table_.live_directory(id, cgroup_directory::of_events);
      seen != none)
    table_.end_directory(seen, at);
  // Its mkdir was not seen. Others of the container's own may still be there.
  const auto match = match_cgroup(event.get<gone::cgroup_path>().value_or(""));
  if (!match || !match->is_own)
    return;
  const auto owner = table_.find(match->id);
  if (owner != none && table_[owner].own_live == 0)
    remove(owner, at, event.time());
}

void containers_state::apply_attach(event_view event) {
  namespace attached = events::cgroup_attach_task;
  const auto match = match_cgroup(event.get<attached::cgroup_path>().value_or(""));
  if (!match)
    return;
  const auto at = event.visible_at();
  const auto pid = event.get<attached::pid>().value_or(0);
  auto owner = table_.find(match->id);
  if (owner == none) // Its directory was made unseen.
    owner = begin({.id = match->id,
                   .runtime = match->runtime,
                   .at = at,
                   .discovered = event.time(),
                   .tell = true});
  if (owner != none)
    run(owner, at, pid > 0 ? static_cast<std::uint32_t>(pid) : 0);
}

void containers_state::apply_exec(event_view event) {
  const auto at = event.visible_at();
  if (const auto* where = resolve(event.header().cgroup_id, at); where != nullptr)
    run(where->owner, at, event.header().host_tgid);
}

/// container_create, existing_container and container_remove of the input.
void containers_state::apply_told(event_view event) {
  namespace created = events::container_create;
  namespace existing = events::existing_container;
  const auto at = event.visible_at();
  const auto text = [](std::optional<std::string_view> content) {
    return std::string{content.value_or("")};
  };
  const auto read = [&]<class Id, class Runtime, class Ctime, class Image, class Digest,
                        class Name, class Pod, class Space, class Uid, class Sandbox>(
                        std::tuple<Id, Runtime, Ctime, Image, Digest, Name, Pod, Space,
                                   Uid, Sandbox>,
                        bool existed) {
    const auto ns = static_cast<std::int64_t>(event.get<Ctime>().value_or(0));
    const auto which =
        begin({.id = event.get<Id>().value_or(""),
               .runtime = "unknown",
               .at = at,
               .discovered = event.time(),
               .ctime = time_ns{std::chrono::nanoseconds{std::max<std::int64_t>(ns, 0)}},
               .state = existed ? container_state::running : container_state::created,
               .existed = existed});
    if (which == none)
      return;
    auto& one = table_[which];
    untold_.erase({one.tell_at, one.serial, which});
    one.told = true;
    container_facts facts;
    facts.runtime = text(event.get<Runtime>());
    facts.name = text(event.get<Name>());
    facts.image = text(event.get<Image>());
    facts.image_digest = text(event.get<Digest>());
    facts.pod_name = text(event.get<Pod>());
    facts.pod_namespace = text(event.get<Space>());
    facts.pod_id = text(event.get<Uid>());
    facts.pod_sandbox = event.get<Sandbox>().value_or(false);
    learn_facts(which, at, std::move(facts));
  };
  if (event.kind() == event_kind::container_create)
    return read(std::tuple<created::container_id, created::runtime, created::ctime,
                           created::container_image, created::container_image_digest,
                           created::container_name, created::pod_name,
                           created::pod_namespace, created::pod_uid,
                           created::pod_sandbox>{},
                false);
  if (event.kind() == event_kind::existing_container)
    return read(std::tuple<existing::container_id, existing::runtime, existing::ctime,
                           existing::container_image, existing::container_image_digest,
                           existing::container_name, existing::pod_name,
                           existing::pod_namespace, existing::pod_uid,
                           existing::pod_sandbox>{},
                true);
  const auto gone =
      table_.find(event.get<events::container_remove::container_id>().value_or(""));
  if (gone == none)
    return;
  const auto told = announcements_.size();
  remove(gone, at, event.time());
  announcements_.resize(std::min(told, announcements_.size())); // It has been told.
}

/// What is said replaces what was known; what is not said stays.
void containers_state::learn_facts(number which, time_ns at, container_facts facts) {
  auto& one = table_[which];
  const auto* shown = one.versions.find(at);
  const auto& before = shown != nullptr ? *shown : one.versions.oldest();
  const bool names = !facts.name.empty() || !facts.image.empty();
  if (before.facts) {
    const auto keep = [](std::string& said, const std::string& known) {
      if (said.empty())
        said = known;
    };
    const auto& known = *before.facts;
    keep(facts.runtime, known.runtime);
    keep(facts.name, known.name);
    keep(facts.image, known.image);
    keep(facts.image_digest, known.image_digest);
    keep(facts.pod_id, known.pod_id);
    keep(facts.pod_name, known.pod_name);
    keep(facts.pod_namespace, known.pod_namespace);
    if (facts.labels.empty())
      facts.labels = known.labels;
    facts.pod_sandbox = facts.pod_sandbox || known.pod_sandbox;
  }
  const bool resolves = names && before.enrichment != enrichment_state::resolved;
  facts.pid = 0; // Kept beside, as it is learned from others, too.
  if (!resolves && before.facts && facts == *before.facts)
    return;
  one.versions.change(at, version::names, settled_, [&](version& next) {
    next.facts = std::make_shared<const container_facts>(std::move(facts));
    if (names)
      next.enrichment = enrichment_state::resolved;
  });
  changed(which);
}

void containers_state::apply_answer(event_view event) {
  const auto said = read_answer(event);
  const auto which = said ? table_.find(said->container_id) : none;
  if (which == none)
    return;
  auto& one = table_[which];
  const auto at = event.visible_at();
  const auto* shown = one.versions.find(at);
  if (shown == nullptr)
    return;
  if (said->facts) {
    const auto pid = said->facts->pid;
    learn_facts(which, at, *said->facts);
    const auto& known = *one.versions.find(at);
    const bool tells_pid = pid != 0 && pid != known.pid;
    if (tells_pid || known.enrichment != enrichment_state::resolved)
      one.versions.change(
          at, tells_pid ? version::names | version::process : version::names, settled_,
          [&](version& next) {
            next.enrichment = enrichment_state::resolved;
            next.pid = pid != 0 ? pid : next.pid;
          });
    if (const auto* now = one.versions.find(at); now != nullptr)
      named_.push_back(answer(one, *now));
  } else if (shown->enrichment == enrichment_state::pending
             || shown->enrichment == enrichment_state::off) {
    one.versions.change(at, version::names, settled_, [&](version& next) {
      next.enrichment = enrichment_state::failed;
      next.failure = std::make_shared<const std::string>(said->facts.error());
    });
  }
  changed(which);
  if (!one.told)
    tell(which, at);
}

} // namespace vedette
