#include "signatures/exceptions.hpp"

#include "events/filter_field.hpp"

#include <array>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace vedette {

namespace {

std::unexpected<error> wrong(std::string what) {
  return std::unexpected{error{ec::invalid_config, std::move(what)}};
}

/// What events call the file that they are about.
constexpr std::array file_arguments{"pathname", "path", "file_path", "new_path", "old_path"};

bool is_about(event_view event, const text_pattern& path) {
  if (path.matches(event.executable()))
    return true;
  if (event.kind() == event_kind::unknown)
    return false;
  for (const auto* name : file_arguments)
    if (const auto field = filter_field::find(event.kind(), std::string{"args."} + name);
        field && field->looks_like() == filter_field::kind::text)
      if (const auto text = text_of(event, *field); text && path.matches(*text))
        return true;
  return false;
}

/// What is known of the container, as JSON.
std::string_view container_json(event_view event) {
  if (const auto* known = event.context().container)
    return known->container;
  const auto* replayed = event.extension();
  return replayed != nullptr ? event.text(replayed->container) : std::string_view{};
}

bool is_in(event_view event, const text_pattern& container) {
  constexpr std::size_t shortest = 12;
  const auto id = event.container_id();
  if (id.empty())
    return false;
  if (container.matches(id))
    return true;
  if (container.is() == text_pattern::shape::equal && container.text().size() >= shortest
      && id.starts_with(container.text()))
    return true;
  const auto known = parse_json(container_json(event));
  const auto* name = known ? known->find("name") : nullptr;
  return name != nullptr && name->as_string() && container.matches(*name->as_string());
}

} // namespace

std::expected<finding_exception, error> finding_exception::parse(const value& item) {
  const auto* members = item.as_object();
  if (members == nullptr)
    return wrong("expected a map such as {id: TRC-102, comm: gdb}, got " + to_json(item));
  finding_exception result;
  for (const auto& [name, given] : *members) {
    const auto text = given.as_string();
    if (name == "uid") {
      // Read from YAML, numbers are texts or not, as people write them.
      const auto number = text ? parse_json(std::string{*text}).value_or(value{}).as_uint()
                               : given.as_uint();
      if (!number || *number > std::numeric_limits<std::uint32_t>::max())
        return wrong("uid is to be a number, but is " + to_json(given));
      result.uid = static_cast<std::uint32_t>(*number);
      continue;
    }
    if (!text || text->empty())
      return wrong(name + " is to be a text, but is " + to_json(given));
    if (name == "id")
      result.id = *text;
    else if (name == "comm")
      result.comm.emplace(*text);
    else if (name == "path")
      result.path.emplace(*text);
    else if (name == "container")
      result.container.emplace(*text);
    else
      return wrong("there is no '" + name
                   + "' to except by; expected id, comm, path, container, uid");
  }
  if (result.id.empty())
    return wrong("it says no id: which signature is it about?");
  if (!result.comm && !result.path && !result.container && !result.uid)
    return wrong("it excepts all that " + result.id
                 + " finds; add comm, path, container or uid, or add the id to "
                   "signatures.disable");
  return result;
}

bool finding_exception::covers(event_view event) const {
  return (!uid || *uid == event.header().uid)
         && (!comm || comm->matches(event.process_name()))
         && (!path || is_about(event, *path))
         && (!container || is_in(event, *container));
}

} // namespace vedette
