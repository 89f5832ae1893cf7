#include "tests/e2e/json.hpp"
#include "tests/e2e/vedette.hpp"
#include "tests/support/places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

// How signatures are kept quiet: disable, except, rate; for all of them alike.
namespace vedette::e2e {

namespace {

using testing::HasSubstr;
using testing::SizeIs;

/// An event; `rest` is its other members.
std::string by_process(int at_ms, int pid, const std::string& name, const std::string& rest) {
  return R"({"timestamp":)" + std::to_string(1'700'000'000'000'000'000 + at_ms * 1'000'000LL)
         + R"(,"hostProcessId":)" + std::to_string(pid) + R"(,"hostThreadId":)"
         + std::to_string(pid) + R"(,"processName":")" + name + R"(",)" + rest + "}\n";
}

std::string traced(int at_ms, int pid, const std::string& name) {
  return by_process(at_ms, pid, name,
                    R"("eventName":"ptrace","args":[)"
                    R"({"name":"request","type":"string","value":"PTRACE_TRACEME"}])");
}

outcome replayed(const std::string& input, words settings) {
  words all{"replay", "-", "--output", "json"};
  for (auto& one : settings)
    all.insert(all.end(), {"--set", std::move(one)});
  return vedette(all, {.input = all_of(input)});
}

TEST(quiet, is_what_is_excepted) {
  const auto input = traced(0, 7, "gdb") + traced(1, 8, "evil");
  EXPECT_THAT(parse_lines(replayed(input, {})), SizeIs(2));
  const auto result =
      replayed(input, {"signatures.except=[{id: TRC-102, comm: gdb, uid: 0}]"});
  EXPECT_EQ(result.code, 0) << result.err;
  const auto lines = parse_lines(result);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(text(lines[0], "processName"), "evil");
}

/// A cron table that is opened for writing.
std::string opened(int at_ms, int pid, const std::string& name, const std::string& program) {
  return by_process(at_ms, pid, name,
                    R"("eventName":"security_file_open","executable":{"path":")" + program
                        + R"("},"args":[{"name":"pathname","type":"string",)"
                          R"("value":"/etc/cron.d/x"},{"name":"flags","type":"string",)"
                          R"("value":"O_WRONLY"}])");
}

TEST(quiet, is_ordinary_work) {
  const auto input = opened(0, 7, "dpkg", "/usr/bin/dpkg") + opened(1, 8, "dpkg", "/tmp/dpkg");
  const auto quiet = source_path("config/ordinary-work.yaml");
  const auto found = parse_lines(vedette({"replay", "-", "--output", "json"},
                                         {.input = all_of(input)}));
  EXPECT_THAT(found, SizeIs(2));
  const auto result = vedette({"replay", "-", "--output", "json", "--config", quiet},
                              {.input = all_of(input)});
  EXPECT_EQ(result.code, 0) << result.err;
  const auto lines = parse_lines(result);
  ASSERT_THAT(lines, SizeIs(1)) << "a name does not make a package manager";
  EXPECT_EQ(number(lines[0], "hostProcessId"), 8);
}

TEST(quiet, is_what_is_over_the_rate_but_for_its_summary) {
  std::string input;
  for (int i = 0; i < 250; ++i)
    input += traced(i, 7, "a") + traced(i, 8, "b");
  const auto result = replayed(input, {"pipeline.shards=2"});
  EXPECT_EQ(result.code, 0) << result.err;
  const auto lines = parse_lines(result);
  ASSERT_THAT(lines, SizeIs(202)) << "100 of each in a minute, and what became of the rest";
  for (const auto* summary : {&lines[200], &lines[201]}) {
    EXPECT_EQ(number(argument(*summary, "suppressed")), 150);
    EXPECT_EQ(number(*summary, "timestamp"), 1'700'000'060'000'000'000);
    EXPECT_EQ(text(member(member(*summary, "metadata"), "Properties"), "signatureID"),
              "TRC-102");
  }
  EXPECT_EQ(replayed(input, {"pipeline.shards=1"}).out, result.out);
  EXPECT_THAT(parse_lines(replayed(input, {"signatures.rate.max=0"})), SizeIs(500));
}

TEST(quiet, is_nothing_by_mistake) {
  const auto result = replayed("", {"signatures.except=[{id: TRC-102}]"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("add comm, path, container or uid"));
  const auto params = replayed("", {"signatures.params.VED-6.servers=nginx"});
  EXPECT_EQ(params.code, 2);
  EXPECT_THAT(params.err, HasSubstr("signatures.params.VED-6: parameter servers is to be a "
                                    "list of texts"));
}

} // namespace

} // namespace vedette::e2e
