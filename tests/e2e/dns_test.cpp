#include "tests/e2e/victims.hpp"
#include "tests/e2e/watch.hpp"

#include <fstream>

namespace vedette::e2e {

namespace {

/// By transport and shards.
class LiveDns : public testing::TestWithParam<std::tuple<std::string, unsigned>> {};

/// What a recorded run's data source says at the end.
value ask(const watched& seen, const std::string& key) {
  const scratch_dir dir;
  std::ofstream{dir.file("recorded")} << seen.result.out;
  const auto answered = vedette({"get", "tracee/dns", key, "--replay", dir.file("recorded")});
  EXPECT_EQ(answered.code, 0) << answered.err;
  return parse_lines(answered).at(0);
}

TEST_P(LiveDns, tells_which_name_an_address_came_from_and_who_asked) {
  const auto& [transport, shards] = GetParam();
  const auto seen = watch(shards, victim({"resolve", "www.vedette.test", transport}),
                          {"--events", "net_packet_dns,security_socket_connect"});
  ASSERT_EQ(seen.result.code, 0) << seen.result.err;
  expect_balance(seen.summary);
  EXPECT_FALSE(seen.result.err.contains("net_packet_dns: wanted, but"));
  const auto dig = told_by_victims(seen.result, "dig").at(0);

  // The source that ran has learned from exactly what was printed.
  const auto dns = member(member(seen.summary, "data_sources"), "tracee/dns");
  const auto messages = std::ranges::count_if(seen.lines, [](const value& line) {
    return text(line, "eventName") == "net_packet_dns";
  });
  EXPECT_EQ(number(dns, "writes"), messages);
  EXPECT_EQ(number(dns, "malformed"), 0);
  EXPECT_GT(number(dns, "items"), 0);

  std::vector<value> own; // The client's; the others are the server's.
  std::string gone_to;
  for (const auto& line : seen.lines)
    if (text(line, "eventName") == "security_socket_connect")
      gone_to = number(line, "hostProcessId") == dig
                    ? gone_to
                    : to_json(argument(line, "remote_addr"));
    else if (number(line, "hostProcessId") == dig)
      own.push_back(line);
  ASSERT_EQ(own.size(), 2U) << seen.result.out;
  EXPECT_EQ(number(argument(own[0], "dst_port")), 53);
  EXPECT_EQ(number(argument(own[0], "proto_dns"), "QR"), 0);
  EXPECT_EQ(number(argument(own[1], "src_port")), 53);
  EXPECT_EQ(number(argument(own[1], "proto_dns"), "QR"), 1);
  EXPECT_EQ(number(argument(own[1], "proto_dns"), "ANCount"), 2);
  EXPECT_TRUE(text(own[1], "executable", "path").ends_with("/dig"));

  // Then somebody goes there: which name was it?
  EXPECT_EQ(gone_to, R"({"sa_family":"AF_INET","sin_port":"443","sin_addr":"192.0.2.80"})");
  const auto answer = ask(seen, "192.0.2.80");
  EXPECT_EQ(text(answer, "record", "dns_root"), "www.vedette.test") << to_json(answer);
  for (const auto& record : *member(member(answer, "record"), "records").as_list()) {
    EXPECT_EQ(number(record, "asked_by"), number(own[0], "processEntityId"));
    EXPECT_EQ(member(record, "solicited"), value{true});
  }
}

INSTANTIATE_TEST_SUITE_P(Ways, LiveDns,
                         testing::Combine(testing::Values("notcp", "tcp"),
                                          testing::Values(1U, 3U)),
                         [](const auto& test) {
                           return std::get<0>(test.param) + "_"
                                  + std::to_string(std::get<1>(test.param));
                         });

} // namespace

} // namespace vedette::e2e
