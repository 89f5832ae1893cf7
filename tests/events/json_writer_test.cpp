#include "events/json_writer.hpp"
#include "tests/support/events.hpp"

#include <gtest/gtest.h>

namespace vedette {

namespace {

std::string line_of(const event_builder& event, std::chrono::nanoseconds offset = {}) {
  const auto batch = make_batch({event}, {.clock_offset = offset});
  std::string line;
  append_event_line(line, (*batch)[0], {.host_name = "h1"});
  return line;
}

std::string arguments_of(const event_builder& event,
                         std::chrono::nanoseconds offset = {}) {
  const auto batch = make_batch({event}, {.clock_offset = offset});
  std::string out;
  append_arguments(out, (*batch)[0]);
  return out;
}

TEST(JsonWriter, WritesALiveEventWhole) {
  auto event = event_builder{event_kind::security_file_open}
                   .at(1000)
                   .by({812, 500, 800, 400})
                   .parent({1, 10})
                   .in_pid_ns(4026531836, 80, 81, 0)
                   .comm("c\"at")
                   .user(1000, 1001, 1002)
                   .cgroup(~std::uint64_t{0})
                   .returned(-2)
                   .syscall(257)
                   .container("c0ffee")
                   .executable("/bin/cat")
                   .arg<events::security_file_open::pathname>("/etc/passwd")
                   .arg<events::security_file_open::flags>(-1)
                   .with([](record_header& header) {
                     header.flags = RECORD_CONTAINER_STARTED;
                     header.cpu = 3;
                     header.mnt_ns = 4026531841;
                     header.truncated = header.unresolved = 1;
                   });
  const auto batch = make_batch({event}, {.clock_offset = std::chrono::seconds{1}});
  const auto view = (*batch)[0];
  std::string ids[3];
  append_json_integer(ids[0], static_cast<std::uint64_t>(view.thread()));
  append_json_integer(ids[1], static_cast<std::uint64_t>(view.process()));
  append_json_integer(ids[2], static_cast<std::uint64_t>(view.parent()));
  std::string line;
  append_event_line(line, view, {.host_name = "h1"});
  EXPECT_EQ(
      line,
      R"({"timestamp":1000001000,"threadStartTime":1000000500,"processorId":3,)"
      R"("processId":80,"cgroupId":18446744073709551615,"threadId":81,)"
      R"("parentProcessId":0,"hostProcessId":800,"hostThreadId":812,)"
      R"("hostParentProcessId":1,"userId":1000,"mountNamespace":4026531841,)"
      R"("pidNamespace":4026531836,"processName":"c\"at","executable":{"path":"/bin/cat"},)"
      R"("hostName":"h1","containerId":"c0ffee","container":{"id":"c0ffee"},)"
      R"("kubernetes":{},"eventId":"732","eventName":"security_file_open",)"
      R"("matchedPolicies":[""],"argsNum":2,"returnValue":-2,"syscall":"openat",)"
      R"("stackAddresses":null,"contextFlags":{"containerStarted":true,"isCompat":false},)"
      R"("threadEntityId":)"
          + ids[0] + R"(,"processEntityId":)" + ids[1] + R"(,"parentEntityId":)"
          + ids[2]
          + R"(,"args":[{"name":"pathname","type":"string","value":"/etc/passwd",)"
            R"("truncated":true,"unresolved":true},)"
            R"({"name":"flags","type":"int32","value":-1}]})"
            "\n");
}

TEST(JsonWriter, NamesTheHostAndTheSystemCallOfALiveEvent) {
  const auto line = line_of(event_builder{event_kind::kill}.syscall(62));
  EXPECT_NE(line.find(R"("hostName":"h1")"), std::string::npos);
  EXPECT_NE(line.find(R"("syscall":"kill")"), std::string::npos);
  EXPECT_NE(line.find(R"("args":[]})"), std::string::npos);
  const auto compat = [](record_header& header) { header.flags |= RECORD_COMPAT; };
  EXPECT_NE(line_of(event_builder{event_kind::kill}.syscall(37).with(compat))
                .find(R"("syscall":"kill")"),
            std::string::npos);
}

TEST(JsonWriter, TurnsTimesIntoThoseOfTheEpoch) {
  EXPECT_EQ(arguments_of(event_builder{event_kind::lost_events}
                             .arg<events::lost_events::since>(5)
                             .arg<events::lost_events::until>(0),
                         std::chrono::nanoseconds{100}),
            R"({"name":"since","type":"time.Time","value":105},)"
            R"({"name":"until","type":"time.Time","value":0})");
}

TEST(JsonWriter, WritesEveryStorage) {
  EXPECT_EQ(arguments_of(event_builder{event_kind::connect}
                             .arg<events::connect::sockfd>(3)
                             .arg<events::connect::addr>(R"({"sa_family":"AF_UNIX"})")),
            R"({"name":"sockfd","type":"int32","value":3},)"
            R"({"name":"addr","type":"SockAddr","value":{"sa_family":"AF_UNIX"}})");
  EXPECT_EQ(arguments_of(
                event_builder{event_kind::magic_write}.arg<events::magic_write::bytes>(
                    std::string_view{"\x7F\0EL", 4})),
            R"({"name":"bytes","type":"[]byte","value":"fwBFTA=="})");
  EXPECT_EQ(arguments_of(event_builder{event_kind::execve}
                             .arg<events::execve::argv>({"a\n", ""})
                             .arg<events::execve::envp>({})),
            R"({"name":"argv","type":"[]string","value":["a\n",""]},)"
            R"({"name":"envp","type":"[]string","value":[]})");
  EXPECT_EQ(arguments_of(event_builder{event_kind::read}.arg<events::read::buf>(
                ~std::uint64_t{0})),
            R"({"name":"buf","type":"trace.Pointer","value":18446744073709551615})");
}

TEST(JsonWriter, AddsTheBytesOfWhatIsNotUtf8) {
  EXPECT_EQ(
      arguments_of(event_builder{event_kind::execve}
                       .arg<events::execve::pathname>("/\xFF/\xC3")
                       .arg<events::execve::argv>({"a", "\xFF"})),
      R"({"name":"pathname","type":"string","value":"/�/�","valueBytes":"L/8vww=="},)"
      R"({"name":"argv","type":"[]string","value":["a","�"],)"
      R"("valueBytes":["YQ==","/w=="]})");
}

TEST(JsonWriter, GivesAContextAnotherIdentity) {
  const auto batch = make_batch({event_builder{event_kind::kill}.at(7)});
  std::string context;
  append_context(context, (*batch)[0], {.host_name = "h1"},
                 {.id = 6001, .name = "a finding", .arguments = 4});
  EXPECT_TRUE(context.starts_with(R"("timestamp":7,)"));
  EXPECT_NE(context.find(R"("eventId":"6001","eventName":"a finding",)"),
            std::string::npos);
  EXPECT_NE(context.find(R"("argsNum":4,)"), std::string::npos);
  EXPECT_TRUE(context.ends_with(R"("parentEntityId":0)"));
}

TEST(JsonWriter, AppendsToWhatIsThere) {
  const auto batch = make_batch({event_builder{event_kind::kill}});
  std::string twice;
  append_event_line(twice, (*batch)[0], {});
  const auto once = twice;
  append_event_line(twice, (*batch)[0], {});
  EXPECT_EQ(twice, once + once);
}

} // namespace

} // namespace vedette
