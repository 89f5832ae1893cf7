#include "actors/enrichment/known_cgroups.hpp"

#include "datasources/containers/cgroup_path.hpp"
#include "events/json_string.hpp"

namespace vedette {

namespace {

void append_member(std::string& to, std::string_view name, std::string_view text) {
  to += to.empty() ? '{' : ',';
  append_json_string(to, name);
  to += ':';
  append_json_string(to, text);
}

container_texts texts_of(std::string_view id, const container_names& facts) {
  container_texts texts;
  append_member(texts.container, "id", id);
  append_member(texts.container, "name", facts.name);
  append_member(texts.container, "image", facts.image);
  append_member(texts.container, "imageDigest", facts.image_digest);
  texts.container += '}';
  texts.kubernetes = "{}";
  if (!facts.pod_name.empty() || !facts.pod_uid.empty()) {
    texts.kubernetes.clear();
    append_member(texts.kubernetes, "podName", facts.pod_name);
    append_member(texts.kubernetes, "podNamespace", facts.pod_namespace);
    append_member(texts.kubernetes, "podUID", facts.pod_uid);
    texts.kubernetes += facts.pod_sandbox ? R"(,"podSandbox":true})"
                                          : R"(,"podSandbox":false})";
  }
  texts.id = id;
  return texts;
}

container_texts texts_of(std::string_view id) {
  container_texts texts;
  texts.id = id;
  append_member(texts.container, "id", id);
  texts.container += '}';
  texts.kubernetes = "{}";
  return texts;
}

} // namespace

void known_cgroups::made(std::uint64_t id, std::string_view path) {
  const auto match = match_cgroup(path);
  if (!match)
    return set(id, nullptr);
  auto& owner = containers_[std::string{match->id}];
  if (!owner.texts)
    owner.texts = std::make_shared<const container_texts>(texts_of(match->id));
  set(id, &owner);
}

void known_cgroups::gone(std::uint64_t id) {
  const auto known = cgroups_.find(id);
  last_id_ = 0;
  if (known == cgroups_.end())
    return;
  auto* const owner = known->second;
  cgroups_.erase(known);
  let_go(owner);
}

void known_cgroups::started(std::uint64_t id) {
  const auto known = cgroups_.find(id);
  if (known != cgroups_.end() && known->second != nullptr)
    known->second->started = true;
}

void known_cgroups::named(std::string_view id, const container_names& names) {
  const auto known = containers_.find(std::string{id});
  if (known != containers_.end())
    known->second.texts = std::make_shared<const container_texts>(texts_of(id, names));
}

const known_cgroups::container* known_cgroups::first_seen(std::uint64_t id) {
  unknown_ = true;
  set(id, nullptr);
  return nullptr;
}

void known_cgroups::set(std::uint64_t id, container* owner) {
  last_id_ = 0;
  if (owner != nullptr)
    ++owner->cgroups;
  if (const auto known = cgroups_.find(id); known != cgroups_.end()) {
    auto* const before = std::exchange(known->second, owner);
    let_go(before);
    return;
  }
  if (cgroups_.size() >= capacity_)
    make_room();
  cgroups_.emplace(id, owner);
}

void known_cgroups::let_go(container* owner) {
  if (owner == nullptr || --owner->cgroups > 0)
    return;
  const auto id = owner->texts->id;
  containers_.erase(id);
}

/// The host's go first: if one does something, it is looked for again.
void known_cgroups::make_room() {
  if (std::erase_if(cgroups_, [](const auto& one) { return one.second == nullptr; }) > 0)
    return;
  const auto some = cgroups_.begin();
  auto* const owner = some->second;
  cgroups_.erase(some);
  let_go(owner);
}

} // namespace vedette
