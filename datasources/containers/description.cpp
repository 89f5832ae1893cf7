#include "datasources/containers/fields.hpp"
#include "datasources/text_hash.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace vedette {

namespace {

std::string_view name_of(container_state state) {
  switch (state) {
  case container_state::created:
    return "created";
  case container_state::running:
    return "running";
  case container_state::removed:
    return "removed";
  }
  return "";
}

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == text.npos;
}

error not_a_key(const std::string& what) {
  return {ec::key_not_supported,
          what
              + R"(; expected a container's id, at least 12 characters of it, or )"
                R"({"cgroup":N})"};
}

} // namespace

value json_form<container_state>::to(container_state state) {
  return name_of(state);
}

value::object json_form<container_state>::schema() {
  return {{"enum", value::list{"created", "running", "removed"}}};
}

value json_form<container_labels>::to(const container_labels& labels) {
  value::object members;
  for (const auto& [name, content] : labels.all)
    members.emplace_back(name, content);
  return members;
}

value::object json_form<container_labels>::schema() {
  return {{"type", "object"},
          {"additionalProperties", value::object{{"type", "string"}}}};
}

container_key container_key::of(std::string_view id_or_prefix) {
  if (id_or_prefix.empty())
    return {}; // The host's.
  const bool is_part = id_or_prefix.size() < container_prefix && is_hex(id_or_prefix);
  const auto length = std::min<std::size_t>(id_or_prefix.size(),
                                            std::numeric_limits<std::uint16_t>::max());
  return {hash64(id_or_prefix),
          static_cast<std::uint32_t>(hash64(id_or_prefix.substr(0, container_prefix))),
          static_cast<std::uint16_t>(length),
          is_part ? container_key_kind::part : container_key_kind::text};
}

namespace {

source_description describe() {
  auto members = schema_of<container_info>();
  // One of few forms: a reader tells them apart by what they begin with.
  for (auto& [name, part] : *members[1].second.as_object())
    if (name == "enrichment")
      part.as_object()->emplace_back("pattern", "^(resolved$|pending$|off$|failed: )");
  const auto schema = as_schema(std::move(members));
  return {{"tracee", "containers", 1,
           "Containers of this host, now and in the recent past"},
          {{"string", R"("0f3c1d9e7a2b")", schema},
           {"cgroup_id", R"({"cgroup":5213})", schema}}};
}

} // namespace

/// Made once: every handle of every signature asks for it.
const source_description& containers::description() {
  static const auto description = describe();
  return description;
}

std::expected<container_key, error> containers::parse_key(const value& json) {
  if (const auto text = json.as_string()) {
    if (text->empty())
      return std::unexpected{not_a_key(R"("" is the host, no container)")};
    return container_key::of(*text);
  }
  const auto* members = json.as_object();
  if (members == nullptr)
    return std::unexpected{not_a_key(std::string{json.kind_name()} + " is no key")};
  const auto* cgroup = json.find("cgroup");
  if (cgroup == nullptr || members->size() != 1)
    return std::unexpected{not_a_key(to_json(json) + " is no key")};
  const auto id = cgroup->as_uint();
  if (!id || *id == 0)
    return std::unexpected{
        not_a_key("'cgroup' must be a number from 1 to 18446744073709551615, not "
                  + to_json(*cgroup))};
  return container_key::of(cgroup_id{*id});
}

value containers::to_value(const container_info& record, time_ns) {
  return vedette::to_value(record);
}

} // namespace vedette
