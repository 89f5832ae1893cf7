#pragma once

#include "tests/kernel/support/act.hpp"
#include "tests/kernel/support/dns_records.hpp"
#include "tests/kernel/support/dns_server.hpp"
#include "tests/kernel/support/socket_calls.hpp"

/// What is done with sockets, and what must be told of it.
namespace vedette::socket_acts {

inline any_address here(const place& at) {
  return any_address::local(at.ask("socket"));
}

inline long address_for(act_caller& by) {
  const auto address = here(by.at);
  return by.bytes(&address.content, address.length);
}

/// Its descriptor is told first.
inline int new_socket(act_caller& by, int type = SOCK_STREAM) {
  const int made = socket(AF_UNIX, type, 0);
  by.said.told[0] = static_cast<std::uint64_t>(made);
  return made;
}

inline int new_server(const place& at, int type = SOCK_STREAM) {
  const int server = socket(AF_UNIX, type, 0);
  const auto address = here(at);
  bind(server, address.get(), address.length);
  return server;
}

namespace created = events::security_socket_create;
inline bool create_it(act_caller& by) {
  const auto made = by({SYS_socket, 359}, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  by.said.told[0] = static_cast<std::uint64_t>(made);
  return made >= 0;
}
inline void check_creation(const act_event& seen) {
  EXPECT_EQ(seen.get<created::family>(), AF_UNIX);
  EXPECT_EQ(seen.get<created::type>(), SOCK_SEQPACKET);
  EXPECT_EQ(seen.get<created::protocol>(), 0);
  EXPECT_EQ(seen.get<created::kern>(), 0);
  EXPECT_EQ(seen.header().return_value, static_cast<int>(seen.said.told[0]));
}

namespace bound = events::security_socket_bind;
inline bool bind_it(act_caller& by) {
  const auto address = address_for(by);
  return by({SYS_bind, 361}, new_socket(by), address, here(by.at).length) == 0;
}
inline void check_bind(const act_event& seen) {
  EXPECT_EQ(seen.get<bound::sockfd>(), static_cast<int>(seen.said.told[0]));
  EXPECT_EQ(address_in<bound::local_addr>(seen.record), seen.at.ask("socket"));
}

namespace listening = events::security_socket_listen;
inline bool listen_with_it(act_caller& by) {
  const int server = new_server(by.at);
  by.said.told[0] = static_cast<std::uint64_t>(server);
  return by({SYS_listen, 363}, server, 7) == 0;
}
inline void check_listening(const act_event& seen) {
  EXPECT_EQ(seen.get<listening::sockfd>(), static_cast<int>(seen.said.told[0]));
  EXPECT_EQ(seen.get<listening::backlog>(), 7);
  EXPECT_EQ(address_in<listening::local_addr>(seen.record), seen.at.ask("socket"));
}

namespace connected = events::security_socket_connect;
inline bool connect_it(act_caller& by) {
  const auto address = address_for(by);
  return listen(new_server(by.at), 1) == 0
         && by({SYS_connect, 362}, new_socket(by), address, here(by.at).length) == 0;
}
inline void check_connection(const act_event& seen) {
  EXPECT_EQ(seen.get<connected::sockfd>(), static_cast<int>(seen.said.told[0]));
  EXPECT_EQ(seen.get<connected::type>(), SOCK_STREAM);
  EXPECT_EQ(address_in<connected::remote_addr>(seen.record), seen.at.ask("socket"));
}

namespace accepted = events::security_socket_accept;
inline bool accept_from_it(act_caller& by) {
  const auto address = here(by.at);
  const int server = new_server(by.at);
  listen(server, 1);
  connect(socket(AF_UNIX, SOCK_STREAM, 0), address.get(), address.length);
  const auto taken = by({SYS_accept4, 364}, server, 0, 0, SOCK_CLOEXEC);
  by.said.told = {static_cast<std::uint64_t>(server),
                  static_cast<std::uint64_t>(taken)};
  return taken >= 0;
}
inline void check_acceptance(const act_event& seen) {
  EXPECT_EQ(seen.get<accepted::sockfd>(), static_cast<int>(seen.said.told[0]));
  EXPECT_EQ(address_in<accepted::local_addr>(seen.record), seen.at.ask("socket"));
  EXPECT_EQ(seen.header().return_value, static_cast<int>(seen.said.told[1]));
}

namespace duplicated = events::socket_dup;
inline bool duplicate_it(act_caller& by) {
  const auto address = here(by.at);
  new_server(by.at, SOCK_DGRAM);
  const int client = new_socket(by, SOCK_DGRAM);
  connect(client, address.get(), address.length);
  by.said.told[1] = static_cast<std::uint64_t>(by({SYS_dup, 41}, client));
  return static_cast<int>(by.said.told[1]) >= 0;
}
inline void check_duplicate(const act_event& seen) {
  EXPECT_EQ(seen.get<duplicated::oldfd>(), static_cast<int>(seen.said.told[0]));
  EXPECT_EQ(seen.get<duplicated::newfd>(), static_cast<int>(seen.said.told[1]));
  EXPECT_EQ(address_in<duplicated::remote_addr>(seen.record), seen.at.ask("socket"));
}

namespace packet = events::net_packet_dns;
inline const std::string query{
    "\x12\x34\x01\0\0\1\0\0\0\0\0\0\3web\7vedette\4test\0\0\1\0\1", 34};
inline bool ask_for_name(act_caller& by) {
  raise_loopback(); // It is down in a new network.
  const auto to = any_address::v4("127.0.0.1", 53);
  const auto address = by.bytes(&to.content, to.length);
  const auto content = by.bytes(query.data(), query.size());
  const int asker = socket(AF_INET, SOCK_DGRAM, 0);
  return by({SYS_sendto, 369}, asker, content, static_cast<long>(query.size()), 0,
            address, to.length)
         == static_cast<long>(query.size());
}
inline void check_question(const act_event& seen) {
  EXPECT_EQ(text_of<packet::src>(seen.record), "127.0.0.1");
  EXPECT_EQ(text_of<packet::dst>(seen.record), "127.0.0.1");
  EXPECT_GT(seen.get<packet::src_port>().value_or(0), 0);
  EXPECT_EQ(seen.get<packet::dst_port>(), 53);
  EXPECT_EQ(dns_metadata(seen.record), R"({"direction":2,"protocol":17})");
  dns_message message;
  ASSERT_TRUE(read_dns(seen.record, message));
  EXPECT_EQ(message.header.id, 0x1234);
  ASSERT_EQ(message.questions.size(), 1U);
  EXPECT_EQ(message.text(message.questions[0].name), "web.vedette.test");
}

inline const act all[]{
    {"socket", created::kind, create_it, check_creation},
    {"bind", bound::kind, bind_it, check_bind},
    {"listen", listening::kind, listen_with_it, check_listening},
    {"connect", connected::kind, connect_it, check_connection},
    {"accept", accepted::kind, accept_from_it, check_acceptance},
    {"dup", duplicated::kind, duplicate_it, check_duplicate},
    {"dns", packet::kind, ask_for_name, check_question},
};

} // namespace vedette::socket_acts
