// Connections, in a network of their own: nothing leaves it.

#include "bpf/file_descriptor.hpp"
#include "cli/simulate/act.hpp"
#include "cli/simulate/address.hpp"
#include "cli/simulate/fake_dns.hpp"

#include <array>
#include <sys/un.h>

namespace vedette::simulation {

namespace {

using namespace std::chrono_literals;

/// By UDP, which asks nobody.
file_descriptor connected(stage& on, std::string_view address, std::uint16_t port) {
  file_descriptor made{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  const auto to = ipv4(address, port);
  if (!on.expect(connect(made.get(), generic(to), sizeof(to)) == 0,
                 "cannot connect to " + std::string{address}))
    return {};
  return made;
}

bool takes_input_from_network(stage& on) {
  if (!on.fake_network())
    return false;
  const auto remote = connected(on, "127.0.0.1", 4444);
  return remote.is_open()
         && on.expect(dup2(remote.get(), STDIN_FILENO) == STDIN_FILENO,
                      "cannot duplicate a socket");
}

bool asks_api_server(stage& on) {
  constexpr auto* server = "10.96.0.1";
  constexpr auto* program = "/tmp/program";
  return on.fake_network() && on.fake_program(program) && on.enter_container()
         && on.executes(program, "KUBERNETES_SERVICE_HOST=10.96.0.1")
         && connected(on, server, 443).is_open();
}

bool speaks_with_docker(stage& on) {
  sockaddr_un socket_file{};
  socket_file.sun_family = AF_UNIX;
  std::string_view{"/tmp/simulate/docker.sock"}.copy(socket_file.sun_path,
                                                     sizeof(socket_file.sun_path) - 1);
  const file_descriptor server{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  const file_descriptor client{socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  return on.fake_directory("/tmp/simulate")
         && on.expect(bind(server.get(), generic(socket_file), sizeof(socket_file)) == 0
                          && listen(server.get(), 1) == 0,
                      "cannot make a fake docker.sock")
         && on.enter_container()
         && on.expect(connect(client.get(), generic(socket_file), sizeof(socket_file))
                          == 0,
                      "cannot connect to a fake docker.sock");
}

bool connects_without_dns(stage& on) {
  return on.fake_network() && connected(on, "9.9.9.10", 443).is_open();
}

bool is_rebound(stage& on) {
  constexpr auto* name = "rebind.example.com";
  // Not the one that is connected to without having been asked for.
  return on.fake_network() && resolve_to(on, name, "149.112.112.10", 1s)
         && resolve_to(on, name, "10.0.0.80", 60s)
         && connected(on, "10.0.0.80", 80).is_open();
}

constexpr std::array<act, 5> acts{{
    {"TRC-101", "stdio_over_socket",
     "makes a connection to this host its standard input", place::host,
     takes_input_from_network},
    {"TRC-1013", "k8s_api_connection",
     "executes a program that is told of an API server, and connects there",
     place::container, asks_api_server},
    {"TRC-1019", "docker_abuse", "connects to a fake docker.sock", place::container,
     speaks_with_docker},
    {"VED-2", "connect_without_dns", "connects to 9.9.9.10 where there is no network",
     place::host, connects_without_dns,
     "not found in Vedette's first 5 minutes: signatures.params.VED-2.warm_up"},
    {"VED-5", "dns_rebinding",
     "lets a fake name server answer 149.112.112.10, then 10.0.0.80, and connects "
     "there",
     place::host, is_rebound},
}};

} // namespace

std::span<const act> network_acts() {
  return acts;
}

} // namespace vedette::simulation
