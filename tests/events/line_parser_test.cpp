#include "tests/events/line_parser_fixture.hpp"

namespace vedette {

namespace {

using LineParser = LineParserTest;

TEST_F(LineParser, ReadsEveryKeyOfTheContext) {
  const auto event = read(with_context(
      R"("threadStartTime":1699999990000000001,"processorId":3,"processId":4,)"
      R"("cgroupId":18446744073709551615,"threadId":5,"parentProcessId":6,)"
      R"("hostProcessId":7,"hostThreadId":8,"hostParentProcessId":9,"userId":10,)"
      R"("mountNamespace":4026531841,"pidNamespace":4026531836,)"
      R"("processName":"0123456789abcdefgh","executable":{"path":"/bin/x"},)"
      R"("hostName":"h","containerId":"c0","container":{"id":"c0"},)"
      R"("kubernetes":{"podName":"p"},"eventId":"62","matchedPolicies":["a"],)"
      R"("argsNum":0,"returnValue":-9223372036854775808,"syscall":"kill",)"
      R"("stackAddresses":[1],"contextFlags":{"containerStarted":true,"isCompat":false},)"
      R"("threadEntityId":9007199254740991,"processEntityId":2,"parentEntityId":3,)"
      R"("args":[],"metadata":{"Version":"1"},"notKnown":[{}])"));
  const auto& header = event.header();
  EXPECT_EQ(header.time_ns, 1'700'000'000'000'000'000U);
  EXPECT_EQ(header.thread_start_ns, 1'699'999'990'000'000'001U);
  EXPECT_EQ(header.leader_start_ns, 0U);
  EXPECT_EQ(header.cpu, 3U);
  EXPECT_EQ(header.ns_tgid, 4U);
  EXPECT_EQ(header.cgroup_id, 18'446'744'073'709'551'615U);
  EXPECT_EQ(header.ns_tid, 5U);
  EXPECT_EQ(header.ns_ppid, 6U);
  EXPECT_EQ(header.host_tgid, 7U);
  EXPECT_EQ(header.host_tid, 8U);
  EXPECT_EQ(header.host_ppid, 9U);
  EXPECT_EQ(header.uid, 10U);
  EXPECT_EQ(header.mnt_ns, 4'026'531'841U);
  EXPECT_EQ(header.pid_ns, 4'026'531'836U);
  EXPECT_STREQ(header.comm, "0123456789abcde");
  EXPECT_EQ(header.return_value, INT64_MIN);
  EXPECT_EQ(header.flags, RECORD_CONTAINER_STARTED);
  EXPECT_EQ(header.syscall, 62);
  EXPECT_EQ(event.process_name(), "0123456789abcdefgh");
  const auto& said = *event.extension();
  EXPECT_EQ(said.position, 42U);
  EXPECT_EQ(said.thread_entity, 9'007'199'254'740'991U);
  EXPECT_EQ(said.process_entity, 2U);
  EXPECT_EQ(said.parent_entity, 3U);
  EXPECT_EQ(event.text(said.executable), "/bin/x");
  EXPECT_EQ(event.text(said.host_name), "h");
  EXPECT_EQ(event.text(said.container_id), "c0");
  EXPECT_EQ(event.text(said.container), R"({"id":"c0"})");
  EXPECT_EQ(event.text(said.kubernetes), R"({"podName":"p"})");
  EXPECT_EQ(event.text(said.policies), R"(["a"])");
  EXPECT_EQ(event.text(said.stack), "[1]");
  EXPECT_EQ(event.text(said.metadata), R"({"Version":"1"})");
  EXPECT_EQ(said.name.length, 0U);
}

TEST_F(LineParser, TakesWhatIsAbsentAsNothing) {
  const auto event = read(R"({"eventName":"kill","timestamp":1})");
  EXPECT_EQ(event.kind(), event_kind::kill);
  EXPECT_EQ(event.header().present, 0U);
  EXPECT_EQ(event.header().syscall, -1);
  EXPECT_EQ(event.process_name(), "");
  EXPECT_EQ(event.extension()->thread_entity, 0U);
  read(with_context(R"("args":null,"container":null,"kubernetes":null,"metadata":null,)"
                    R"("stackAddresses":null,"executable":null,"contextFlags":null)"));
}

TEST_F(LineParser, KnowsWhenALeaderBegan) {
  const auto line =
      with_context(R"("threadStartTime":5,"hostThreadId":7,"hostProcessId":7)");
  EXPECT_EQ(read(line).header().leader_start_ns, 5U);
}

TEST_F(LineParser, FindsTheContainersIdWhereNewerRecordingsHaveIt) {
  const auto event = read(with_context(R"("container":{"id":"c1","name":"n"})"));
  EXPECT_EQ(event.container_id(), "c1");
}

TEST_F(LineParser, ReadsKeysInAnyOrder) {
  const auto event = read(
      R"({"args":[{"value":9,"type":"int","name":"sig"},{"type":"pid_t","value":-1,)"
      R"("name":"pid"}],"userId":3,"eventName":"kill","processId":2,"timestamp":1})");
  EXPECT_EQ(event.get<events::kill::pid>(), -1);
  EXPECT_EQ(event.get<events::kill::sig>(), 9);
  EXPECT_EQ(event.header().uid, 3U);
  EXPECT_EQ(event.header().ns_tgid, 2U);
}

TEST_F(LineParser, TakesTheLastOfTwo) {
  const auto event = read(R"({"timestamp":1,"timestamp":2,"eventName":"kill","args":[)"
                          R"({"name":"pid","type":"int","value":1,"truncated":true},)"
                          R"({"name":"pid","type":"int","value":2}]})");
  EXPECT_EQ(event.header().time_ns, 2U);
  EXPECT_EQ(event.get<events::kill::pid>(), 2);
  EXPECT_EQ(event.header().truncated, 0U);
}

TEST_F(LineParser, KeepsUnknownEventsByName) {
  const auto event = read(R"({"timestamp":1,"eventName":"brand_new","eventId":"4711",)"
                          R"("args":[{"name":"a","type":"int32","value":1}]})");
  EXPECT_EQ(event.kind(), event_kind::unknown);
  EXPECT_EQ(event.text(event.extension()->name), "brand_new");
  EXPECT_EQ(event.extension()->event_id, 4711);
  EXPECT_EQ(event.text(event.extension()->arguments),
            R"({"name":"a","type":"int32","value":1})");
  EXPECT_EQ(count_arguments(event), 1U);
}

struct argument_case {
  const char *event, *given, *kept;
};

TEST_F(LineParser, ReadsArguments) {
  const argument_case cases[]{
      {"kill", R"({"name":"sig","type":"int","value":9})",
       R"({"name":"sig","type":"int32","value":9})"},
      {"kill", R"({"name":"sig","value":9})",
       R"({"name":"sig","type":"int32","value":9})"},
      {"kill", R"({"name":"sig","type":"int","value":null})", ""},
      {"kill", R"({"name":"sig","type":"int"})", ""},
      {"kill", R"({"name":"sig","type":"string","value":"SIGKILL"})",
       R"({"name":"sig","type":"int32","value":9})"},
      {"kill", R"({"name":"new","type":"t","value":{"a": [1.0, 2]}})",
       R"({"name":"new","type":"t","value":{"a":[1.0,2]}})"},
      {"ptrace",
       R"({"name":"request","type":"string","value":"PTRACE_TRACEME"},)"
       R"({"name":"addr","type":"void*","value":"0xffffffff81000000"})",
       R"({"name":"request","type":"int64","value":0},)"
       R"({"name":"addr","type":"trace.Pointer","value":18446744071578845184})"},
      {"openat",
       R"({"name":"dirfd","type":"string","value":"AT_FDCWD"},)"
       R"({"name":"flags","type":"int","value":"O_RDWR|O_CREAT|0x80000"})",
       R"({"name":"dirfd","type":"int32","value":-100},)"
       R"({"name":"flags","type":"int32","value":524354})"},
      {"mmap",
       R"({"name":"prot","type":"int","value":"PROT_READ|PROT_EXEC"},)"
       R"({"name":"flags","type":"string","value":"MAP_PRIVATE|MAP_ANONYMOUS"})",
       R"({"name":"prot","type":"int32","value":5},)"
       R"({"name":"flags","type":"int32","value":34})"},
      {"mem_prot_alert",
       R"({"name":"alert","type":"string",)"
       R"("value":"Protection changed to Executable!"})",
       R"({"name":"alert","type":"uint32","value":2})"},
      {"security_file_open",
       R"({"name":"pathname","type":"const char*","value":"a\u0000b"})",
       R"({"name":"pathname","type":"string","value":"a\u0000b"})"},
      {"security_file_open",
       R"({"name":"pathname","type":"string","value":"\ufffd","valueBytes":"/w=="})",
       R"({"name":"pathname","type":"string","value":"�","valueBytes":"/w=="})"},
      {"execve",
       R"({"name":"argv","type":"const char*const*","value":["?"],"valueBytes":["","/w=="]})",
       R"({"name":"argv","type":"[]string","value":["","�"],"valueBytes":["","/w=="]})"},
      {"execve", R"({"name":"argv","type":"[]string","value":[],"truncated":true})",
       R"({"name":"argv","type":"[]string","value":[],"truncated":true})"},
      {"sched_process_exec", R"({"name":"invoked_from_kernel","type":"int","value":1})",
       R"({"name":"invoked_from_kernel","type":"bool","value":true})"},
      {"nanosleep", R"({"name":"req","type":"float","value":2})",
       R"({"name":"req","type":"float64","value":2.0})"},
      {"magic_write", R"({"name":"bytes","type":"bytes","value":"f0VMRg=="})",
       R"({"name":"bytes","type":"[]byte","value":"f0VMRg=="})"},
      {"pipe", R"({"name":"pipefd","type":"int[2]","value":[3,4]})",
       R"({"name":"pipefd","type":"[2]int","value":[3,4]})"},
      {"connect",
       R"({"name":"addr","type":"struct sockaddr*","value":{"sa_family":"AF_UNIX"}})",
       R"({"name":"addr","type":"SockAddr","value":{"sa_family":"AF_UNIX"}})"},
      {"not_in_the_table", R"({"name":"flags","type":"int","value":"O_RDWR"})",
       R"({"name":"flags","type":"int","value":"O_RDWR"})"},
  };
  for (const auto& [event, given, kept] : cases)
    EXPECT_EQ(arguments(event, given), kept);
}

TEST_F(LineParser, ReadsAgainAfterABadLine) {
  EXPECT_NE(reason("{"), "read");
  EXPECT_EQ(read(with_args("kill", R"({"name":"pid","type":"int","value":1})"))
                .get<events::kill::pid>(),
            1);
  // Nothing is left of the event before.
  EXPECT_FALSE(read(with_args("kill", "")).get<events::kill::pid>().has_value());
}

TEST_F(LineParser, ReadsLongLinesAndShortOnesAfterThem) {
  const std::string text(std::size_t{3} << 20U, 'x');
  for (auto i = 0; i < 2; ++i) {
    const auto event = read(with_args(
        "open", R"({"name":"pathname","type":"string","value":")" + text + "\"}"));
    EXPECT_EQ(event.get<events::open::pathname>(), text);
    EXPECT_EQ(read(with_args("kill", "")).kind(), event_kind::kill);
  }
}

} // namespace

} // namespace vedette
