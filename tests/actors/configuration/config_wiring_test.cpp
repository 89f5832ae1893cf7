#include "actors/configuration/config.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vedette {

namespace {

struct row {
  std::string yaml;
  std::vector<std::string> sets;
  std::string expected; ///< Lines.
};

const std::vector<known_signature> known{
    {"TRC-102", {event_kind::ptrace}, {}, "anti_debugging"},
    {"TRC-105", {event_kind::sched_process_exec}, {}, "fileless_execution"},
    {"VED-6",
     {event_kind::sched_process_exec},
     {"tracee/process_tree"},
     "shell_under_server"},
};

std::string problems_of(const row& given) {
  const auto loaded = parse_config("v.yaml", given.yaml, given.sets);
  if (!loaded)
    return "it does not even load: " + loaded.error().front().detail;
  std::string lines;
  for (const auto& problem : validate_wiring(*loaded, known)) {
    EXPECT_EQ(problem.code, ec::invalid_config);
    lines += (lines.empty() ? "" : "\n") + problem.detail;
  }
  return lines;
}

const std::vector<row> impossible{
    {"sinks:\n  out:\n    take: [findings, opnat]",
     {},
     "v.yaml:3:22: sinks.out.take: unknown event 'opnat'; did you mean 'openat'? "
     "`vedette list events` shows what there is"},
    {"sinks: {out: {take: [task_begin]}}",
     {},
     "v.yaml:1:22: sinks.out.take: unknown event 'task_begin'; `vedette list events` "
     "shows what there is"},
    {"sinks: {out: {take: [opnat.uid=0]}}",
     {},
     "v.yaml:1:22: sinks.out.take: unknown event 'opnat'; did you mean 'openat'? "
     "`vedette list events` shows what there is"},
    {"sinks: {out: {take: [ptrace, ptrace.request=PTRACE_NOTHING, kill.]}}",
     {},
     "v.yaml:1:30: sinks.out.take: 'PTRACE_NOTHING' is no number, such as 10, 0x1f or -1, "
     "nor a name of one\n"
     "v.yaml:1:61: sinks.out.take: '' is no condition; expected one such as "
     "pathname=/etc/*, uid>=1000 or comm!=cron"},
    {"sinks: {out: {take: [kill.signal=9]}}",
     {},
     "v.yaml:1:22: sinks.out.take: kill has no field 'signal'; there are pid, sig, and of "
     "all events comm, uid, pid, retval, origin, container, executable"},
    {"collectors: {host: {events: [ptrace.uid=0]}}",
     {},
     "v.yaml:1:30: collectors.host.events: 'ptrace.uid=0' is a filter: what is wanted of "
     "an event is said by those who take it, such as sinks.out.take"},
    {"sinks: {out: {take: [fileless_execution]}}",
     {},
     "v.yaml:1:22: sinks.out.take: 'fileless_execution' is what signature TRC-105 "
     "finds, not an event; expected findings"},
    {"sinks: {out: {take: [finding]}}",
     {},
     "v.yaml:1:22: sinks.out.take: unknown event 'finding'; did you mean 'findings'? "
     "`vedette list events` shows what there is"},
    {"sinks: {out: {take: [zzz]}}",
     {},
     "v.yaml:1:22: sinks.out.take: unknown event 'zzz'; `vedette list events` shows "
     "what there is"},
    {"sinks: {out: {take: []}}",
     {},
     "v.yaml:1:21: sinks.out.take: it takes nothing; list findings or names of events"},
    {"sinks: {}",
     {},
     "v.yaml:1:1: sinks: there is none, so nothing would be written; leave the key out "
     "for the default one"},
    {"sinks: {a: {}, b: {type: json}}",
     {},
     "v.yaml:1:16: sinks.b.path: sink a writes to '-' already; give one another path"},
    {"sinks: {a: {path: /tmp/x}, b: {path: /tmp/./x}}",
     {},
     "v.yaml:1:38: sinks.b.path: sink a writes to '/tmp/./x' already; give one another "
     "path"},
    {"signatures: {enable: none}\nsinks: {out: {take: [findings]}}",
     {},
     "v.yaml:2:21: sinks.out.take: it takes findings alone, and no signature is "
     "enabled; enable one, or take names of events"},
    {"collectors: {a: {}, b: {}}",
     {},
     "v.yaml:1:21: collectors.b: there is a collector of type ebpf already, a, and one "
     "sees everything; remove one"},
    {"collectors: {}",
     {},
     "v.yaml:1:1: collectors: there is none; leave the key out for the default one"},
    {"collectors: {host: {events: [execv]}}",
     {},
     "v.yaml:1:30: collectors.host.events: unknown event 'execv'; did you mean "
     "'execve'? `vedette list events` shows what there is"},
    {"collectors: {host: {events: [net_packet_http]}}",
     {},
     "v.yaml:1:30: collectors.host.events: the event 'net_packet_http' cannot be "
     "watched; `vedette list events` shows those that can"},
    {"signatures: {enable: [TRC-1O2]}",
     {},
     "v.yaml:1:23: signatures.enable: unknown signature 'TRC-1O2'; did you mean "
     "'TRC-102'? `vedette list signatures` shows what there is"},
    {"signatures: {disable: [nope]}",
     {},
     "v.yaml:1:24: signatures.disable: unknown signature 'nope'; `vedette list "
     "signatures` shows what there is"},
    {"signatures:\n  params:\n    VED-9: {servers: [nginx]}",
     {},
     "v.yaml:3:5: signatures.params.VED-9: unknown signature 'VED-9'; did you mean "
     "'VED-6'? `vedette list signatures` shows what there is"},
    {"signatures: {except: [{id: TRC-102}]}",
     {},
     "v.yaml:1:23: signatures.except: it excepts all that TRC-102 finds; add comm, path, "
     "container or uid, or add the id to signatures.disable"},
    {"signatures:\n  except:\n  - {id: TRC-102, comm: gdb}\n  - {id: TRC-103, tty: x}",
     {},
     "v.yaml:4:5: signatures.except: there is no 'tty' to except by; expected id, comm, "
     "path, container, uid"},
    {"signatures: {except: [{id: TRC-1O2, comm: gdb}]}",
     {},
     "v.yaml:1:23: signatures.except: unknown signature 'TRC-1O2'; did you mean "
     "'TRC-102'? `vedette list signatures` shows what there is"},
    {"signatures: {except: [{comm: gdb}]}",
     {},
     "v.yaml:1:23: signatures.except: it says no id: which signature is it about?"},
    {"signatures: {except: [{id: TRC-102, uid: root}]}",
     {},
     "v.yaml:1:23: signatures.except: uid is to be a number, but is \"root\""},
    {"runners: {slow: {signatures: [VED-66]}}",
     {},
     "v.yaml:1:31: runners.slow.signatures: unknown signature 'VED-66'; did you mean "
     "'VED-6'? `vedette list signatures` shows what there is"},
    {"runners: {slow: {}}",
     {},
     "v.yaml:1:11: runners.slow: it has no signatures; list their ids in signatures, "
     "or remove it"},
    {"runners: {main: {signatures: [VED-6]}}",
     {},
     "v.yaml:1:11: runners.main: 'main' is the runner of all signatures that have no "
     "other; choose another name"},
    {"pipeline: {shards: 2}\nrunners: {slow: {signatures: [VED-6], shards: 3}}",
     {},
     "v.yaml:2:47: runners.slow.shards: 3 are more than pipeline.shards, which is 2; "
     "expected at most that"},
    {"runners:\n  a: {signatures: [VED-6]}\n  b: {signatures: [TRC-102, VED-6]}",
     {},
     "v.yaml:3:29: runners.b.signatures: VED-6 is in runner a already; remove it from "
     "one"},
    {"data_sources: {process_tree: off}",
     {},
     "v.yaml:1:16: data_sources.process_tree: it is off, but signature VED-6 needs "
     "tracee/process_tree; leave it on, or add VED-6 to signatures.disable"},
    {"",
     {"data_sources.process_tree=off"},
     "--set data_sources.process_tree=off: data_sources.process_tree: it is off, but "
     "signature VED-6 needs tracee/process_tree; leave it on, or add VED-6 to "
     "signatures.disable"},
};

class ConfigWiring : public testing::TestWithParam<row> {};

TEST_P(ConfigWiring, ThatIsImpossibleIsAnError) {
  EXPECT_EQ(problems_of(GetParam()), GetParam().expected) << GetParam().yaml;
}

INSTANTIATE_TEST_SUITE_P(Rows, ConfigWiring, testing::ValuesIn(impossible));

TEST(ConfigWiring, ThatIsPossibleIsNone) {
  const std::vector<row> possible{
      {"", {}, ""},
      {"data_sources: {process_tree: off}\nsignatures: {disable: [VED-6]}", {}, ""},
      {"signatures: {enable: none}\nsinks: {out: {take: [execve]}}", {}, ""},
      {"", {"signatures.enable=none", "sinks.out.take=[findings, execve]"}, ""},
      {"signatures: {enable: none}\nrunners: {slow: {signatures: [VED-6]}}", {}, ""},
      {"sinks: {a: {path: /dev/null}, b: {path: /dev/null}}", {}, ""},
      {"sinks: {out: {take: [net_packet_http]}}",
       {},
       ""}, // There may be some in a replay.
      {"", {"sinks.more.path=/tmp/more"}, ""},
  };
  for (const auto& one : possible)
    EXPECT_EQ(problems_of(one), "") << one.yaml;
}

TEST(ConfigWiring, OfASignatureThatAsksWhatDoesNotExistIsAnError) {
  const std::vector<known_signature> asking{{"VED-2", {}, {"acme/users"}, "x"}};
  const auto problems = validate_wiring({}, asking);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(
      problems[0].detail,
      "signatures.enable: signature VED-2 needs the data source acme/users, which "
      "does not exist; add it to signatures.disable");
}

TEST(ConfigWiring, LetsFindingsBeSelectedWhereTheyAreMade) {
  std::vector<known_signature> signatures(2);
  signatures[0].id = "A-1";
  signatures[0].event_name = "found_a";
  signatures[1].id = "B-1";
  signatures[1].event_name = "found_b";
  signatures[1].findings = {"found_a"};
  const auto problem_of = [&](const config& what) -> std::string {
    const auto problems = validate_wiring(what, signatures);
    return problems.empty() ? "" : problems[0].detail;
  };
  EXPECT_EQ(problem_of({}), "");
  config apart;
  apart.runners["slow"] = {{"A-1"}, 1};
  EXPECT_EQ(problem_of(apart), "runners.slow: signature B-1 selects findings of A-1; let "
                               "them run in the same runner");
  apart.runners["slow"].signatures.push_back("B-1");
  EXPECT_EQ(problem_of(apart), "");
  signatures[0].is_of_host = true;
  EXPECT_EQ(problem_of({}),
            "signatures.enable: signature B-1 selects findings of A-1, but one of them is of "
            "the host and the other is not; add B-1 to signatures.disable");
  signatures[1].findings = {"found_c"};
  EXPECT_EQ(problem_of({}), "signatures.enable: signature B-1 selects findings 'found_c', "
                            "which no signature makes; add it to signatures.disable");
  signatures[1].findings = {""};
  EXPECT_EQ(problem_of({}), "") << "whatever is found where it runs";
}

TEST(ConfigWiring, WithParametersThatASignatureDoesNotTakeIsAnError) {
  std::vector<known_signature> signatures(1);
  signatures[0].id = "VED-6";
  signatures[0].wrong_params = "unknown parameter 'x'; there is: servers";
  const auto what = parse_config("v.yaml", "signatures:\n  params: {VED-6: {x: 1}}");
  ASSERT_TRUE(what);
  const auto problems = validate_wiring(*what, signatures);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].detail, "v.yaml:2:12: signatures.params.VED-6: unknown parameter 'x'; "
                                "there is: servers");
}

TEST(ConfigWiring, PointsAtNothingWhatWasNotWritten) {
  config made;
  made.sinks["out"].take = {"findings", "opnat"};
  const auto problems = validate_wiring(made, known);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(
      problems[0].detail,
      "sinks.out.take: unknown event 'opnat'; did you mean 'openat'? `vedette list "
      "events` shows what there is");
}

} // namespace

} // namespace vedette
