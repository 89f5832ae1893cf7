#include "events/socket_address.hpp"
#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/event_rule.hpp"
#include "signatures/finding_ids.hpp"

#include <string>

namespace vedette::builtin {

namespace {

std::optional<finding_data> find(event_view event) {
  namespace connected = events::security_socket_connect;
  namespace copied = events::socket_dup;
  const bool connects = event.kind() == event_kind::security_socket_connect;
  const auto fd = connects ? event.get<connected::sockfd>() : event.get<copied::newfd>();
  const auto remote =
      connects ? event.get<connected::remote_addr>() : event.get<copied::remote_addr>();
  const auto to = remote ? socket_address_of(*remote) : std::nullopt;
  if (!fd || !to || (to->family != AF_INET && to->family != AF_INET6) || to->port == 0)
    return {};
  return finding_data{{"File descriptor", *fd},
                      {"IP address", to_string(to->ip)},
                      {"Port", std::to_string(to->port)}};
}

} // namespace

/// TRC-101: standard streams over a network. Data: the descriptor, the address, the port.
/// OpenSSH's server puts the connection that it has accepted there, and executes itself.
std::unique_ptr<signature> make_stdio_over_socket() {
  return make_event_signature(
      {.id = "TRC-101",
       .version = "1.0.0",
       .name = "Standard input or output goes over a network",
       .event_name = "stdio_over_socket",
       .description =
           "A program's standard input, output or error is a network connection: the "
           "other end types commands and reads their answers. That is how reverse "
           "shells work. OpenSSH's server, at its usual paths, does the same with what it "
           "has accepted, and is passed over.",
       .tags = {"linux"},
       .severity = 3,
       .properties = attack("execution", "Unix Shell",
                            "attack-pattern--a9d4b653-6915-42af-98b2-5758c4ceee56", "T1059.004"),
       .event_id = finding_event_id("TRC-101")},
      {{.name = "security_socket_connect", .filters = {"sockfd>=0", "sockfd<=2"}},
       {.name = "socket_dup",
        .filters = {"newfd>=0", "newfd<=2",
                    "executable!=/usr/sbin/sshd,/usr/lib/openssh/sshd-session,"
                    "/usr/libexec/openssh/sshd-session"}}},
      find);
}

} // namespace vedette::builtin
