#include "events/socket_address.hpp"

#include "events/flag_names.hpp"
#include "events/json_string.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstddef>
#include <cstring>
#include <netinet/in.h>
#include <simdjson.h>
#include <sys/un.h>

namespace vedette {

namespace {

void set_path(socket_address& to, std::string_view path) {
  to.path_length =
      static_cast<std::uint8_t>(std::min(path.size(), socket_address::path_max));
  path.copy(to.path_bytes.data(), to.path_length);
}

/// A name that begins with a NUL is abstract, and may hold more of them.
void set_kernel_path(socket_address& to, std::string_view path) {
  const bool is_abstract = path.size() > 1 && path.front() == '\0';
  set_path(to, is_abstract ? path : path.substr(0, path.find('\0')));
  if (is_abstract)
    to.path_bytes[0] = '@';
}

template <class Address>
std::optional<Address> as(std::string_view bytes) {
  Address result;
  if (bytes.size() < sizeof(result))
    return {};
  std::memcpy(&result, bytes.data(), sizeof(result));
  return result;
}

std::optional<socket_address> from_kernel(std::string_view bytes) {
  socket_address result;
  if (bytes.size() < sizeof(result.family))
    return {};
  std::memcpy(&result.family, bytes.data(), sizeof(result.family));
  if (result.family == AF_INET) {
    const auto v4 = as<sockaddr_in>(bytes);
    if (!v4)
      return {};
    std::array<std::uint8_t, 4> octets{};
    std::memcpy(octets.data(), &v4->sin_addr, octets.size());
    result.ip = ip_address::v4(octets);
    result.port = ntohs(v4->sin_port);
  } else if (result.family == AF_INET6) {
    const auto v6 = as<sockaddr_in6>(bytes);
    if (!v6)
      return {};
    std::memcpy(result.ip.bytes.data(), &v6->sin6_addr, result.ip.bytes.size());
    result.port = ntohs(v6->sin6_port);
    result.flow_info = ntohl(v6->sin6_flowinfo);
    result.scope_id = v6->sin6_scope_id;
  } else if (result.family == AF_UNIX) {
    set_kernel_path(result, bytes.substr(offsetof(sockaddr_un, sun_path)));
  }
  return result;
}

/// → whether `text` is what such a member can be.
bool set_member(socket_address& to, std::string_view key, std::string_view text) {
  const auto number = [text](auto& member) {
    const auto parsed = parse_unsigned(text);
    member = static_cast<std::remove_reference_t<decltype(member)>>(parsed.value_or(0));
    return parsed && *parsed == member;
  };
  if (key == "sa_family") {
    const auto family = parse_flag_names("", "family", text);
    to.family = static_cast<std::uint16_t>(family.value_or(0));
    return family && *family == to.family;
  }
  if (key == "sin_addr" || key == "sin6_addr") {
    const auto ip = parse_address(text);
    to.ip = ip.value_or(ip_address{});
    return ip.has_value();
  }
  if (key == "sin_port" || key == "sin6_port")
    return number(to.port);
  if (key == "sin6_flowinfo")
    return number(to.flow_info);
  if (key == "sin6_scopeid")
    return number(to.scope_id);
  if (key == "sun_path")
    set_path(to, text);
  return true; // What newer ones may have.
}

std::optional<socket_address> from_json(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::object members;
  if (parser.parse(json.data(), json.size()).get(members) != simdjson::SUCCESS)
    return {};
  socket_address result;
  for (const auto member : members) {
    std::string_view text;
    if (member.value.get(text) != simdjson::SUCCESS
        || !set_member(result, member.key, text))
      return {};
  }
  return result;
}

void append_member(std::string& json, std::string_view key, std::string_view value) {
  json += ",\"";
  json += key;
  json += "\":";
  append_json_string(json, value);
}

} // namespace

std::optional<socket_address> socket_address_of(const object_value& argument) {
  return argument.is_native ? from_kernel(argument.bytes) : from_json(argument.bytes);
}

void append_socket_address(std::string& json, const socket_address& address) {
  json += "{\"sa_family\":\"";
  const auto name = flag_name_of("AF_", address.family);
  json += name.empty() ? std::to_string(address.family) : name;
  json += '"';
  if (address.family == AF_INET) {
    append_member(json, "sin_port", std::to_string(address.port));
    append_member(json, "sin_addr", to_string(address.ip));
  } else if (address.family == AF_INET6) {
    append_member(json, "sin6_port", std::to_string(address.port));
    append_member(json, "sin6_flowinfo", std::to_string(address.flow_info));
    json += ",\"sin6_addr\":\"";
    append_v6_address(json, address.ip);
    json += '"';
    append_member(json, "sin6_scopeid", std::to_string(address.scope_id));
  } else if (address.family == AF_UNIX) {
    append_member(json, "sun_path", address.path());
  }
  json += '}';
}

} // namespace vedette
