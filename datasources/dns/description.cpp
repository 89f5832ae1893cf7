#include "datasources/dns/fields.hpp"
#include "datasources/text_hash.hpp"
#include "events/dns/dns_name.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace vedette {

namespace {

/// `negative` is there only if it says something.
value::object schema_of_info() {
  auto schema = schema_of<dns_info>();
  for (auto& [name, part] : schema) {
    if (name == "required")
      std::erase(*part.as_list(), value{"negative"});
    if (name != "properties")
      continue;
    for (auto& [member, its] : *part.as_object())
      if (member == "negative")
        its.as_object()->emplace_back("enum", value::list{"NXDOMAIN", "NODATA"});
  }
  return schema;
}

error not_a_key(const std::string& what) {
  return {ec::key_not_supported,
          what
              + R"(; expected a name, an address or a reverse name: "example.com", )"
                R"("192.0.2.80" or {"address":"192.0.2.80"})"};
}

} // namespace

dns_key dns_key::of_address(const ip_address& address, dns_parts parts) {
  // No canonical name begins with a NUL: an address cannot be taken for one.
  char bytes[1 + 16] = {};
  std::ranges::copy(address.bytes, bytes + 1);
  return {hash64({bytes, sizeof(bytes)}), parts};
}

dns_key dns_key::of_name(std::string_view name, dns_parts parts) {
  if (const auto address = parse_reverse_name(name))
    return of_address(*address, parts);
  return {name.empty() ? 0 : hash64(name), parts};
}

std::expected<dns_key, error> dns_key::of_text(std::string_view text, dns_parts parts) {
  if (const auto address = parse_address(text))
    return of_address(*address, parts);
  std::string name;
  if (!append_canonical_name(name, text) || name.empty())
    return std::unexpected{not_a_key("'" + std::string{text.substr(0, 80)}
                                     + "' is no domain name and no address")};
  return of_name(name, parts);
}

namespace {

source_description describe() {
  const auto schema = as_schema(schema_of_info());
  return {{"tracee", "dns", 1,
           "Which names and addresses belong together, from captured DNS answers"},
          {{"string", R"("example.com")", schema},
           {"dns_key", R"({"address":"192.0.2.80"})", schema}}};
}

} // namespace

/// Made once: every handle of every signature asks for it.
const source_description& dns::description() {
  static const auto description = describe();
  return description;
}

std::expected<dns_key, error> dns::parse_key(const value& json) {
  auto text = json.as_string();
  if (const auto* members = json.as_object()) {
    if (members->size() != 1 || members->front().first != "address")
      return std::unexpected{
          not_a_key(to_json(json) + " must have the one member 'address'")};
    text = members->front().second.as_string();
    if (!text)
      return std::unexpected{
          not_a_key("'address' must be a string, not "
                    + std::string{members->front().second.kind_name()})};
  }
  if (!text)
    return std::unexpected{not_a_key(std::string{json.kind_name()} + " is no key")};
  return dns_key::of_text(*text, dns_parts::records);
}

value dns::to_value(const dns_info& record, time_ns) {
  auto shown = vedette::to_value(record);
  if (record.negative.empty())
    std::erase_if(*shown.as_object(),
                  [](const auto& member) { return member.first == "negative"; });
  return shown;
}

} // namespace vedette
