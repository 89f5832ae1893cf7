#include "datasources/containers/state.hpp"
#include "datasources/text_hash.hpp"

#include <algorithm>

// What replayed events say of the container in which they happened.
namespace vedette {

namespace {

std::string text_of(const value& json, std::string_view name) {
  const auto* member = json.find(name);
  return std::string{member != nullptr ? member->as_string().value_or("") : ""};
}

} // namespace

/// O(1) where nothing is new: the cgroup, or else the id, names a container whose texts
/// are known.
void containers_state::apply_sighting(event_view event) {
  const auto id = event.text(event.extension()->container_id);
  const auto at = event.visible_at();
  const auto cgroup = event.header().cgroup_id;
  const auto* where = resolve(cgroup, at);
  auto which = where != nullptr && table_[where->owner].id == id ? where->owner : none;
  const bool tells_cgroup = which == none && cgroup != 0;
  if (which == none)
    which = table_.find(id);
  if (which != none && table_[which].is_removed())
    return; // What it does at its end does not begin it again.
  if (which == none || at < table_[which].first_seen)
    which = begin({.id = id,
                   .runtime = "unknown",
                   .at = at,
                   .discovered = event.time(),
                   .state = container_state::running});
  if (which == none)
    return;
  run(which, at, 0);
  if (tells_cgroup
      && table_.add_directory(which, {.id = cgroup,
                                      .hierarchy = cgroup_directory::of_events,
                                      .since = at})
             == none)
    ++evicted_;
  learn_texts(event, which);
}

void containers_state::learn_texts(event_view event, number which) {
  const auto container = event.text(event.extension()->container);
  const auto pod = event.text(event.extension()->kubernetes);
  const auto seen = hash64(container) * 31 + hash64(pod);
  auto& texts = table_[which].texts_seen;
  if (std::ranges::find(texts, seen) != texts.end())
    return;
  texts = {seen, texts[0]};
  const auto container_json = parse_json(container).value_or(value{});
  const auto pod_json = parse_json(pod).value_or(value{});
  container_facts facts;
  facts.name = text_of(container_json, "name");
  facts.image = text_of(container_json, "image");
  facts.image_digest = text_of(container_json, "imageDigest");
  facts.pod_name = text_of(pod_json, "podName");
  facts.pod_namespace = text_of(pod_json, "podNamespace");
  facts.pod_id = text_of(pod_json, "podUID");
  const auto* sandbox = pod_json.find("podSandbox");
  facts.pod_sandbox = sandbox != nullptr && sandbox->as_bool().value_or(false);
  if (facts != container_facts{})
    learn_facts(which, event.visible_at(), std::move(facts));
}

} // namespace vedette
