#include "events/object_json.hpp"

#include "events/dns/dns_wire.hpp"
#include "events/dns/proto_dns.hpp"
#include "events/json_string.hpp"
#include "events/native_forms.h"
#include "events/socket_address.hpp"

#include <cstring>
#include <optional>

namespace vedette {

namespace {

/// A whole number of them, or nothing.
template <class Number>
void append_numbers(std::string& json, std::string_view bytes) {
  json += '[';
  for (std::size_t at = 0; at + sizeof(Number) <= bytes.size(); at += sizeof(Number)) {
    Number number{};
    std::memcpy(&number, bytes.data() + at, sizeof(number));
    if (at > 0)
      json += ',';
    append_json_integer(json, number);
  }
  json += ']';
}

/// Names as Tracee's SlimCred.
void append_cred(std::string& json, const native_cred& cred) {
  const auto member = [&json](std::string_view name, std::uint64_t number) {
    json += json.back() == '{' ? "\"" : ",\"";
    json += name;
    json += "\":";
    append_json_integer(json, number);
  };
  json += '{';
  member("Uid", cred.uid);
  member("Gid", cred.gid);
  member("Suid", cred.suid);
  member("Sgid", cred.sgid);
  member("Euid", cred.euid);
  member("Egid", cred.egid);
  member("Fsuid", cred.fsuid);
  member("Fsgid", cred.fsgid);
  member("UserNamespace", cred.user_namespace);
  member("SecureBits", cred.securebits);
  member("CapInheritable", cred.inheritable);
  member("CapPermitted", cred.permitted);
  member("CapEffective", cred.effective);
  member("CapBounding", cred.bounding);
  member("CapAmbient", cred.ambient);
  json += '}';
}

/// Tracee has the direction only.
void append_packet(std::string& json, const native_packet& packet) {
  json += R"({"direction":)";
  append_json_integer(json, std::uint64_t{packet.direction});
  json += R"(,"protocol":)";
  append_json_integer(json, std::uint64_t{packet.protocol});
  if (packet.is_nobodys != 0)
    json += R"(,"processUnknown":true)";
  json += '}';
}

void append_dns(std::string& json, std::string_view wire) {
  thread_local dns_message message; // Its memory is used again.
  const auto flaw = parse_dns(
      {reinterpret_cast<const std::uint8_t*>(wire.data()), wire.size()}, message);
  append_proto_dns(json, message, flaw);
}

void append_native(std::string& json, const object_value& argument) {
  switch (argument.type) {
  case arg_type::sock_addr:
    if (const auto address = socket_address_of(argument))
      return append_socket_address(json, *address);
    break;
  case arg_type::slim_cred:
    if (native_cred cred{}; argument.bytes.size() == sizeof(cred)) {
      std::memcpy(&cred, argument.bytes.data(), sizeof(cred));
      return append_cred(json, cred);
    }
    break;
  case arg_type::packet_metadata:
    if (native_packet packet{}; argument.bytes.size() == sizeof(packet)) {
      std::memcpy(&packet, argument.bytes.data(), sizeof(packet));
      return append_packet(json, packet);
    }
    break;
  case arg_type::proto_dns:
    return append_dns(json, argument.bytes);
  case arg_type::int_pair:
    return append_numbers<std::int32_t>(json, argument.bytes);
  case arg_type::uint64_list:
    return append_numbers<std::uint64_t>(json, argument.bytes);
  default:
    break;
  }
  json += "null";
}

} // namespace

void append_object(std::string& json, const object_value& argument) {
  if (argument.is_native)
    append_native(json, argument);
  else
    json += argument.bytes.empty() ? "null" : argument.bytes;
}

value to_value(const object_value& argument) {
  std::string json;
  append_object(json, argument);
  return parse_json(json).value_or(value{});
}

} // namespace vedette
