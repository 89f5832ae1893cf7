#include "tests/events/line_parser_fixture.hpp"

namespace vedette {

namespace {

using LineReasons = LineParserTest;

struct argument_case {
  const char *event, *given, *reason;
};

struct reason_case {
  std::string line;
  const char* reason;
};

TEST_F(LineReasons, SaysWhatIsWrongWithALine) {
  const reason_case cases[]{
      {"[]", "not a JSON object"},
      {"5", "not a JSON object"},
      {R"({"timestamp":1})", "no eventName"},
      {R"({"timestamp":1,"eventName":""})", "no eventName"},
      {R"({"eventName":"kill"})", "no timestamp"},
      {R"({"timestamp":"1","eventName":"kill"})",
       R"('timestamp': "1" is not a whole number of ns since the epoch)"},
      {R"({"timestamp":-1,"eventName":"kill"})",
       "'timestamp': -1 is not a whole number of ns since the epoch"},
      {R"({"timestamp":9223372036854775808,"eventName":"kill"})",
       "'timestamp': 9223372036854775808 is not a whole number of ns since the epoch"},
      {R"({"timestamp":1.5,"eventName":"kill"})",
       "'timestamp': 1.5 is not a whole number of ns since the epoch"},
      {R"({"timestamp":1,"eventName":7})", "'eventName': 7 is not a string"},
      {R"({"timestamp":1,"eventName":null})", "'eventName': null is not a string"},
      {with_context(R"("processId":-1)"),
       "'processId': -1 is not a whole number from 0 to 2^32 - 1"},
      {with_context(R"("processId":4294967296)"),
       "'processId': 4294967296 is not a whole number from 0 to 2^32 - 1"},
      {with_context(R"("processorId":65536)"),
       "'processorId': 65536 is not a whole number from 0 to 65535"},
      {with_context(R"("cgroupId":-1)"),
       "'cgroupId': -1 is not a whole number from 0 to 2^64 - 1"},
      {with_context(R"("threadEntityId":1.5)"),
       "'threadEntityId': 1.5 is not a whole number from 0 to 2^64 - 1"},
      {with_context(R"("returnValue":"0")"),
       R"('returnValue': "0" is not a whole number of 64 bits)"},
      {with_context(R"("argsNum":[])"),
       "'argsNum': [] is not a whole number of 64 bits"},
      {with_context(R"("processName":1)"), "'processName': 1 is not a string"},
      {with_context(R"("container":[])"), "'container': [] is not an object"},
      {with_context(R"("metadata":"m")"), R"('metadata': "m" is not an object)"},
      {with_context(R"("matchedPolicies":1)"), "'matchedPolicies': 1 is not a list"},
      {with_context(R"("stackAddresses":{})"), "'stackAddresses': {} is not a list"},
      {with_context(R"("args":{})"), "'args': {} is not a list"},
      {with_context(R"("executable":"x")"),
       R"('executable': "x" is not an object with a path)"},
      {with_context(R"("executable":{"path":1})"),
       R"('executable': {"path":1} is not an object with a path)"},
      {with_context(R"("eventId":"6x")"),
       R"('eventId': "6x" is not a string of a whole number)"},
      {with_context(R"("contextFlags":{"isCompat":1})"),
       R"('contextFlags': {"isCompat":1} is not an object of true and false)"},
  };
  for (const auto& [line, expected] : cases)
    EXPECT_EQ(reason(line), expected) << line;
}

TEST_F(LineReasons, RefusesWhatIsNotJson) {
  for (const std::string_view line :
       {"", "{", "x", R"({"timestamp":1,"eventName":"kill")", "{\"a\":\"\xFF\"}",
        R"({"timestamp":1,"eventName":"kill"} {})",
        R"({"timestamp":01,"eventName":"kill"})",
        R"({"timestamp":1,"eventName":"kill","notKnown":[1,}]})", "{\"a\":\"\n\"}",
        R"({"timestamp":1,"eventName":"kill","args":[{"name":"\x"}]})"})
    EXPECT_TRUE(reason(line).starts_with("not valid JSON: ")) << line;
}

TEST_F(LineReasons, SaysWhichArgumentDoesNotFit) {
  const argument_case cases[]{
      {"kill", R"({"name":"pid","type":"int32","value":"zz"})",
       R"(argument 'pid' (int32): "zz" is not a number)"},
      {"kill", R"({"name":"pid","type":"int32","value":"12"})",
       R"(argument 'pid' (int32): "12" is not a number)"},
      {"kill", R"({"name":"pid","type":"int32","value":2147483648})",
       "argument 'pid' (int32): 2147483648 is out of range"},
      {"kill", R"({"name":"pid","type":"int32","value":-2147483649})",
       "argument 'pid' (int32): -2147483649 is out of range"},
      {"kill", R"({"name":"pid","type":"int32","value":1.5})",
       "argument 'pid' (int32): 1.5 is not a whole number"},
      {"kill", R"({"name":"pid","type":"int32","value":true})",
       "argument 'pid' (int32): true is not a number"},
      {"kill", R"({"name":"sig","type":"string","value":"SIGNOPE"})",
       R"(argument 'sig' (int32): "SIGNOPE" is neither a number nor a name that belongs there)"},
      {"read", R"({"name":"count","type":"size_t","value":-1})",
       "argument 'count' (uint64): -1 is out of range"},
      {"open", R"({"name":"mode","type":"umode_t","value":65536})",
       "argument 'mode' (uint16): 65536 is out of range"},
      {"open", R"({"name":"flags","type":"int","value":"PROT_READ"})",
       R"(argument 'flags' (int32): "PROT_READ" is neither a number nor a name that belongs there)"},
      {"open", R"({"name":"flags","type":"int","value":"O_RDWR|"})",
       R"(argument 'flags' (int32): "O_RDWR|" is neither a number nor a name that belongs there)"},
      {"open", R"({"name":"pathname","type":"string","value":5})",
       "argument 'pathname' (string): 5 is not a string"},
      {"open", R"({"name":"pathname","type":"string","value":"x","valueBytes":"/w"})",
       R"(argument 'pathname' (string): "x" has valueBytes that are not base64)"},
      {"execve", R"({"name":"argv","type":"[]string","value":["a\u0000b"]})",
       R"(argument 'argv' ([]string): ["a\u0000b"] has a string with a NUL inside)"},
      {"execve", R"({"name":"argv","type":"[]string","value":["a",1]})",
       R"(argument 'argv' ([]string): ["a",1] is not a list of strings)"},
      {"execve", R"({"name":"argv","type":"[]string","value":"a"})",
       R"(argument 'argv' ([]string): "a" is not a list of strings)"},
      {"sched_process_exec",
       R"({"name":"invoked_from_kernel","type":"bool","value":2})",
       "argument 'invoked_from_kernel' (bool): 2 is out of range"},
      {"sched_process_exec",
       R"({"name":"invoked_from_kernel","type":"bool","value":"no"})",
       R"(argument 'invoked_from_kernel' (bool): "no" is neither true nor false)"},
      {"sched_process_fork", R"({"name":"start_time","type":"time.Time","value":-1})",
       "argument 'start_time' (time.Time): -1 is out of range"},
      {"nanosleep", R"({"name":"req","type":"float64","value":"1"})",
       R"(argument 'req' (float64): "1" is not a number)"},
      {"read", R"({"name":"buf","type":"void*","value":"0xg"})",
       R"(argument 'buf' (trace.Pointer): "0xg" is not a number)"},
      {"magic_write", R"({"name":"bytes","type":"[]byte","value":"*"})",
       R"(argument 'bytes' ([]byte): "*" is not base64)"},
      {"pipe", R"({"name":"pipefd","type":"[2]int","value":[1]})",
       "argument 'pipefd' ([2]int): [1] is not a list of two whole numbers"},
      {"bpf_attach", R"({"name":"prog_helpers","type":"[]uint64","value":[-1]})",
       "argument 'prog_helpers' ([]uint64): [-1] is not a list of numbers from 0 to "
       "2^64 - 1"},
      {"connect", R"({"name":"addr","type":"SockAddr","value":{"sa_family":2}})",
       R"(argument 'addr' (SockAddr): {"sa_family":2} is not an object of strings)"},
      {"net_packet_dns", R"({"name":"proto_dns","type":"trace.ProtoDNS","value":[]})",
       "argument 'proto_dns' (trace.ProtoDNS): [] is not an object"},
      {"not_in_the_table", R"({"name":"a","type":"int32","value":"zz"})",
       R"(argument 'a' (int32): "zz" is not a number)"},
      {"kill", R"({"name":"not_in_the_table","type":"u8","value":256})",
       "argument 'not_in_the_table' (uint8): 256 is out of range"},
      {"kill", "5", "argument 5 is not an object"},
      {"kill", R"({"type":"int"})", R"(argument {"type":"int"} has no name)"},
      {"kill", R"({"name":1})", R"(argument {"name":1} has a name that is no string)"},
      {"kill", R"({"name":"a","type":1})",
       R"(argument {"name":"a","type":1} has a type that is no string)"},
      {"kill", R"({"name":"pid","value":1,"truncated":1})",
       R"(argument {"name":"pid","value":1,"truncated":1} )"
       R"(has a 'truncated' that is neither true nor false)"},
  };
  for (const auto& [event, given, expected] : cases)
    EXPECT_EQ(reason(with_args(event, given)), expected) << given;
}

TEST_F(LineReasons, ShowsOnlyTheBeginningOfALongValue) {
  std::string text;
  for (auto i = 0; i < 100; ++i)
    text += "é";
  const auto line =
      with_args("kill", R"({"name":"pid","type":"int32","value":")" + text + "\"}");
  EXPECT_EQ(reason(line),
            "argument 'pid' (int32): \"" + text.substr(0, 58) + "... is not a number");
}

} // namespace

} // namespace vedette
