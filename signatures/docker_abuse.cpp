#include "events/socket_address.hpp"
#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/event_rule.hpp"
#include "signatures/finding_ids.hpp"
#include "signatures/paths.hpp"

namespace vedette::builtin {

namespace {

bool is_docker(std::string_view path) {
  return path.ends_with("docker.sock");
}

std::optional<finding_data> find(event_view event) {
  if (event.kind() == event_kind::security_file_open)
    return fires_if(true); // Its selector says which file is meant.
  const auto remote = event.get<events::security_socket_connect::remote_addr>();
  const auto to = remote ? socket_address_of(*remote) : std::nullopt;
  return fires_if(to && to->family == AF_UNIX && is_docker(to->path()));
}

} // namespace

/// TRC-1019: a container gives orders to Docker. No data.
std::unique_ptr<signature> make_docker_abuse() {
  return make_event_signature(
      {.id = "TRC-1019",
       .version = "1.0.0",
       .name = "Docker socket used in a container",
       .event_name = "docker_abuse",
       .description =
           "A program in a container opened Docker's socket for writing or connected "
           "to it. Who may speak with Docker may start containers that see the whole "
           "host.",
       .tags = {"linux", "container"},
       .severity = 2,
       .properties = attack("privilege-escalation", "Escape to Host",
                            "attack-pattern--4a5b7ade-8bb5-4853-84ed-23f262002665", "T1611"),
       .event_id = finding_event_id("TRC-1019")},
      {{.name = "security_file_open",
        .origin = event_origin::container,
        .filters = {"access=O_WRONLY,O_RDWR", "pathname=*docker.sock"}},
       {.name = "security_socket_connect", .origin = event_origin::container}}, find);
}

} // namespace vedette::builtin
