#include "events/user_ids.hpp"

#include "events/native_forms.h"
#include "events/object_json.hpp"
#include "events/value.hpp"

#include <cstring>
#include <limits>

namespace vedette {

namespace {

std::optional<user_ids> from_kernel(std::string_view bytes) {
  native_cred cred{};
  if (bytes.size() != sizeof(cred))
    return {};
  std::memcpy(&cred, bytes.data(), sizeof(cred));
  return user_ids{cred.uid, cred.euid, cred.suid};
}

std::optional<user_ids> from_json(const value& json) {
  const auto id = [&json](std::string_view name) -> std::optional<std::uint32_t> {
    const auto* member = json.find(name);
    const auto number = member != nullptr ? member->as_uint() : std::nullopt;
    if (!number || *number > std::numeric_limits<std::uint32_t>::max())
      return {};
    return static_cast<std::uint32_t>(*number);
  };
  const auto real = id("Uid");
  if (!real)
    return {};
  return user_ids{*real, id("Euid").value_or(*real), id("Suid").value_or(*real)};
}

} // namespace

std::optional<user_ids> user_ids_of(const object_value& argument) {
  return argument.is_native ? from_kernel(argument.bytes)
                            : from_json(to_value(argument));
}

} // namespace vedette
