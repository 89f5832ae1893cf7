#include "events/object_json.hpp"
#include "events/socket_address.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <cstring>
#include <netinet/in.h>
#include <sys/un.h>

namespace vedette {

namespace {

std::string_view bytes_of(const auto& address, std::size_t length = 0) {
  return {reinterpret_cast<const char*>(&address),
          length == 0 ? sizeof(address) : length};
}

object_value native(std::string_view bytes) {
  return {arg_type::sock_addr, bytes, true};
}

std::string json_of(const object_value& argument) {
  std::string json;
  append_object(json, argument);
  return json;
}

/// What a recording has of it is the same address again.
void expect_same_from_json(std::string_view bytes) {
  const auto json = json_of(native(bytes));
  const auto live = socket_address_of(native(bytes));
  const auto replayed = socket_address_of({arg_type::sock_addr, json, false});
  ASSERT_TRUE(live && replayed) << json;
  EXPECT_EQ(live->family, replayed->family);
  EXPECT_EQ(live->port, replayed->port);
  EXPECT_EQ(live->ip, replayed->ip);
  EXPECT_EQ(live->flow_info, replayed->flow_info);
  EXPECT_EQ(live->scope_id, replayed->scope_id);
  EXPECT_EQ(live->path(), replayed->path());
}

TEST(socket_address, is_a_map_of_strings_for_ipv4) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(443);
  inet_pton(AF_INET, "192.0.2.7", &to.sin_addr);
  EXPECT_EQ(json_of(native(bytes_of(to))),
            R"({"sa_family":"AF_INET","sin_port":"443","sin_addr":"192.0.2.7"})");
  expect_same_from_json(bytes_of(to));
}

TEST(socket_address, keeps_all_of_ipv6) {
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  to.sin6_port = htons(53);
  to.sin6_flowinfo = htonl(7);
  to.sin6_scope_id = 3;
  inet_pton(AF_INET6, "fe80::1", &to.sin6_addr);
  EXPECT_EQ(json_of(native(bytes_of(to))),
            R"({"sa_family":"AF_INET6","sin6_port":"53","sin6_flowinfo":"7",)"
            R"("sin6_addr":"fe80::1","sin6_scopeid":"3"})");
  expect_same_from_json(bytes_of(to));
}

TEST(socket_address, shows_ipv4_in_ipv6_as_the_socket_has_it) {
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  inet_pton(AF_INET6, "::ffff:192.0.2.7", &to.sin6_addr);
  EXPECT_NE(json_of(native(bytes_of(to))).find(R"("sin6_addr":"::ffff:192.0.2.7")"),
            std::string::npos);
  expect_same_from_json(bytes_of(to));
  EXPECT_TRUE(socket_address_of(native(bytes_of(to)))->ip.is_v4());
}

TEST(socket_address, has_paths_and_abstract_names) {
  sockaddr_un at{};
  at.sun_family = AF_UNIX;
  std::strcpy(at.sun_path, "/run/a \"b\"");
  EXPECT_EQ(json_of(native(bytes_of(at))),
            R"({"sa_family":"AF_UNIX","sun_path":"/run/a \"b\""})");
  expect_same_from_json(bytes_of(at));
  std::memcpy(at.sun_path, "\0abc", 4);
  const auto abstract =
      socket_address_of(native(bytes_of(at, offsetof(sockaddr_un, sun_path) + 4)));
  ASSERT_TRUE(abstract);
  EXPECT_EQ(abstract->path(), "@abc");
  const auto unnamed =
      socket_address_of(native(bytes_of(at, offsetof(sockaddr_un, sun_path))));
  ASSERT_TRUE(unnamed);
  EXPECT_EQ(unnamed->path(), "");
  std::memset(at.sun_path, 'x', sizeof(at.sun_path));
  EXPECT_EQ(socket_address_of(native(bytes_of(at)))->path(), std::string(108, 'x'));
}

TEST(socket_address, names_families_that_have_no_fields) {
  const std::uint16_t netlink = AF_NETLINK, none = 999;
  EXPECT_EQ(json_of(native(bytes_of(netlink))), R"({"sa_family":"AF_NETLINK"})");
  EXPECT_EQ(json_of(native(bytes_of(none))), R"({"sa_family":"999"})");
  expect_same_from_json(bytes_of(none));
}

TEST(socket_address, is_none_where_bytes_or_members_are_not) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  EXPECT_FALSE(socket_address_of(native(bytes_of(to, 6))));
  EXPECT_EQ(json_of(native(bytes_of(to, 6))), "null");
  EXPECT_FALSE(socket_address_of(native("")));
  for (const std::string_view json :
       {R"({"sa_family":"AF_NONE"})", R"({"sa_family":"AF_INET","sin_port":"65536"})",
        R"({"sa_family":"AF_INET","sin_addr":"300.1.1.1"})", R"([])", R"({"a":1})"})
    EXPECT_FALSE(socket_address_of({arg_type::sock_addr, json, false})) << json;
}

} // namespace

} // namespace vedette
