// `vedette get` of containers and DNS, and `--watch`, as a user asks.

#include "tests/e2e/json.hpp"
#include "tests/e2e/recorded.hpp"
#include "tests/e2e/vedette.hpp"
#include "tests/kernel/support/scratch_dir.hpp"

#include <gmock/gmock.h>

namespace vedette::e2e {

namespace {

using testing::HasSubstr;

std::string argument(std::string_view name, std::string_view type, std::string_view json) {
  return R"({"name":")" + std::string{name} + R"(","type":")" + std::string{type}
         + R"(","value":)" + std::string{json} + "}";
}

std::string cgroup(std::string_view what, std::int64_t time, int id, const std::string& path) {
  return event_line(what, time, 1,
                    argument("cgroup_id", "uint64", std::to_string(id)) + ","
                        + argument("cgroup_path", "string", "\"" + path + "\"") + ","
                        + argument("hierarchy_id", "uint32", "0"));
}

std::string answer_line(std::int64_t time, const std::string& name,
                        const std::string& address, int ttl) {
  return event_line(
      "net_packet_dns", time, 5,
      argument("src_port", "uint16", "53") + ","
          + argument("dst_port", "uint16", "40112") + ","
          + argument("proto_dns", "trace.ProtoDNS",
                     R"({"ID":7,"QR":1,"responseCode":"no error","questions":[{"name":")"
                         + name + R"(","type":"A","class":"IN"}],"answers":[{"name":")"
                         + name + R"(","type":"A","class":"IN","TTL":)"
                         + std::to_string(ttl) + R"(,"IP":")" + address + R"("}]})"));
}

constexpr std::int64_t second = 1'000'000'000;

class GetSources : public testing::Test {
protected:
  GetSources() {
    const auto path = "/docker/" + id_;
    write_file(recorded_, cgroup("cgroup_mkdir", 1 * second, 7001, path)
                              + cgroup("cgroup_mkdir", 2 * second, 7002, path + "/init")
                              + answer_line(3 * second, "Example.com", "192.0.2.80", 10)
                              + cgroup("cgroup_rmdir", 4 * second, 7002, path + "/init")
                              + answer_line(30 * second, "example.org", "192.0.2.81", 10)
                              + cgroup("cgroup_rmdir", 40 * second, 7001, path));
  }

  [[nodiscard]] outcome get(words question) const {
    question.insert(question.begin(), "get");
    question.insert(question.end(), {"--replay", recorded_});
    return vedette(question);
  }
  [[nodiscard]] value answer(const std::string& source, const std::string& key,
                             std::int64_t at) const {
    const auto result = get({source, key, "--at", std::to_string(at)});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(result.lines().size(), 1);
    return parse(result.out);
  }

  const scratch_dir dir_;
  const std::string recorded_ = dir_.file("recorded");
  const std::string id_ = "4c01db0b339c" + std::string(52, 'a');
};

TEST_F(GetSources, containers_by_id_prefix_and_cgroup) {
  const std::string source = "tracee/containers";
  for (const auto& key : {id_, id_.substr(0, 12), std::string{R"({"cgroup":7001})"},
                          std::string{R"({"cgroup":7002})"}}) {
    const auto one = answer(source, key, 5 * second);
    EXPECT_EQ(text(one, "record", "container_id"), id_) << key;
    EXPECT_EQ(text(one, "record", "container_runtime"), "docker");
    EXPECT_EQ(number(one, "record", "container_ctime"), 1 * second);
    EXPECT_EQ(text(one, "record", "state"), "created") << "only a directory below went";
    EXPECT_EQ(text(one, "record", "enrichment"), "pending");
  }
  EXPECT_EQ(text(answer(source, id_, 45 * second), "record", "state"), "removed");
  EXPECT_EQ(text(answer(source, id_, 80 * second), "error"), "expired") << "30 s later";
  EXPECT_EQ(text(answer(source, id_, second / 2), "error"), "data_not_found");
  EXPECT_EQ(text(answer(source, "4c01", 5 * second), "error"), "key_not_supported");
  EXPECT_EQ(text(answer(source, R"({"pid":5})", 5 * second), "error"), "key_not_supported");
}

TEST_F(GetSources, names_and_addresses_as_of_a_time) {
  const std::string source = "tracee/dns";
  for (const auto* key : {"example.com", "EXAMPLE.COM.", "192.0.2.80", "::ffff:192.0.2.80",
                          "80.2.0.192.in-addr.arpa"}) {
    const auto one = answer(source, key, 5 * second);
    EXPECT_EQ(to_json(member(member(one, "record"), "ip_addresses")), R"(["192.0.2.80"])")
        << key;
    EXPECT_EQ(text(one, "record", "dns_root"), "example.com");
    EXPECT_EQ(text(answer(source, key, 20 * second), "error"), "expired");
  }
  EXPECT_EQ(text(answer(source, "nowhere.org", 5 * second), "error"), "data_not_found");
}

TEST_F(GetSources, all_three_from_one_file_of_questions) {
  write_file(dir_.file("keys"),
             R"({"source":"tracee/dns","key":"example.com","at":5000000000}
{"source":"tracee/containers","key":{"cgroup":7001},"at":5000000000}
{"source":"tracee/process_tree","key":{"pid":5},"at":5000000000}
{"source":"tracee/dns","key":5}
)");
  const auto result = get({"--keys", dir_.file("keys")});

  EXPECT_EQ(result.code, 0) << result.err;
  const auto answers = parse_lines(result);
  ASSERT_EQ(answers.size(), 4);
  EXPECT_EQ(text(answers[0], "record", "dns_root"), "example.com");
  EXPECT_EQ(text(answers[1], "record", "container_id"), id_);
  EXPECT_EQ(text(answers[3], "error"), "key_not_supported");
}

TEST_F(GetSources, what_dns_does_not_learn_from_is_counted) {
  write_file(recorded_, event_line("net_packet_dns", second, 5,
                                   argument("src_port", "uint16", "1000") + ","
                                       + argument("dst_port", "uint16", "2000") + ","
                                       + argument("proto_dns", "trace.ProtoDNS",
                                                  R"({"ID":7,"QR":1})")));
  const auto summary = dir_.file("summary");
  EXPECT_EQ(vedette({"replay", recorded_, "--summary", summary}).code, 0);

  const auto dns = member(member(parse_file(summary), "data_sources"), "tracee/dns");
  EXPECT_EQ(number(dns, "other_ports"), 1) << to_json(dns);
  EXPECT_EQ(number(dns, "writes"), 1);
}

TEST_F(GetSources, watching_shows_each_change_whatever_the_shards) {
  const auto once = get({"tracee/containers", id_, "--watch"});
  EXPECT_EQ(once.code, 0) << once.err;
  const auto changes = parse_lines(once);
  ASSERT_EQ(changes.size(), 2) << once.out;
  EXPECT_EQ(number(changes[0], "at"), 1 * second);
  EXPECT_EQ(text(changes[0], "record", "state"), "created");
  EXPECT_EQ(number(changes[1], "at"), 40 * second);
  EXPECT_EQ(text(changes[1], "record", "state"), "removed");

  const auto all = get({"tracee/dns", "--watch"});
  EXPECT_THAT(all.out, HasSubstr(R"("key":"example.com")"));
  EXPECT_THAT(all.out, HasSubstr(R"("key":"example.org")"));
  for (const auto* shards : {"2", "4"})
    EXPECT_EQ(get({"tracee/dns", "--watch", "--set", std::string{"pipeline.shards="} + shards}).out,
              all.out);

  const auto wrong = get({"tracee/dns", "--watch", "--at", "5"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("leave out --at"));
}

} // namespace

} // namespace vedette::e2e
