#include "tests/e2e/victims.hpp"
#include "tests/e2e/watch.hpp"

#include <filesystem>
#include <unistd.h>

namespace vedette::e2e {

namespace {

/// By shards.
class Findings : public testing::TestWithParam<unsigned> {};

/// The clock offset is found once, and the wall clock is steered meanwhile.
constexpr std::int64_t clock_error_ns = 20'000'000;

/// Its one finding of this signature.
value finding_of(const watched& seen, std::int64_t pid, const char* id) {
  EXPECT_EQ(of_process(findings_in(seen.lines), pid).size(), 1) << seen.result.out;
  const auto found = of_process(findings_in(seen.lines, id), pid);
  if (found.size() != 1)
    throw std::runtime_error{"not one finding of " + std::string{id} + ":\n"
                             + seen.result.out + seen.result.err};
  return found.front();
}

/// What every event says of the process that caused it.
void expect_context(const value& event, const watched& seen, std::int64_t pid,
                    std::int64_t parent, const std::string& name,
                    const std::string& path) {
  for (const auto* const one :
       {"processId", "threadId", "hostProcessId", "hostThreadId"})
    EXPECT_EQ(number(event, one), pid) << one;
  for (const auto* const one : {"parentProcessId", "hostParentProcessId"})
    EXPECT_EQ(number(event, one), parent) << one;
  EXPECT_EQ(number(event, "userId"), 0);
  EXPECT_EQ(text(event, "processName"), name);
  EXPECT_EQ(text(event, "executable", "path"), path);
  EXPECT_EQ(text(event, "containerId"), "");
  EXPECT_GE(number(event, "timestamp"), number(event, "threadStartTime"));
  EXPECT_GE(number(event, "threadStartTime"), seen.since - clock_error_ns);
  EXPECT_LE(number(event, "timestamp"), seen.until + clock_error_ns);
  EXPECT_NE(number(event, "processEntityId"), 0);
  EXPECT_EQ(number(event, "processEntityId"), number(event, "threadEntityId"));
  EXPECT_NE(number(event, "parentEntityId"), 0);
}

/// The argument of the event that caused the finding.
value cause_argument(const value& finding, std::string_view name) {
  return argument(argument(finding, "triggeredBy"), name);
}

std::string resolved(const std::string& path) {
  return std::filesystem::canonical(path).string();
}

std::string self() {
  return resolved("/proc/self/exe");
}

TEST_P(Findings, tells_of_a_program_that_runs_from_memory) {
  const auto seen = watch(GetParam(), victim({"memfd"}));
  const auto pid = told_by_victims(seen.result, "pid").at(0);
  const auto fd = std::to_string(told_by_victims(seen.result, "fd").at(0));

  const auto found = finding_of(seen, pid, "TRC-105");
  EXPECT_EQ(seen.result.code, 0) << seen.result.err;
  expect_context(found, seen, pid, seen.vedette, fd, "memfd:payload");
  EXPECT_EQ(text(found, "eventName"), "fileless_execution");
  EXPECT_EQ(number(found, "metadata", "Properties", "Severity"), 3);
  EXPECT_EQ(text(argument(found, "triggeredBy"), "name"), "sched_process_exec");
  EXPECT_EQ(text(cause_argument(found, "pathname")), "memfd:payload");
  EXPECT_EQ(text(cause_argument(found, "cmdpath")), "/proc/self/fd/" + fd);
  EXPECT_EQ(to_json(cause_argument(found, "argv")), R"(["payload","one","two"])");
  EXPECT_EQ(to_json(cause_argument(found, "env")), R"(["A=1"])");
  expect_nothing_lost(seen);
}

TEST_P(Findings, tells_of_a_program_that_wants_no_debugger) {
  const auto seen = watch(GetParam(), victim({"traceme"}));
  const auto pid = told_by_victims(seen.result, "pid").at(0);

  const auto found = finding_of(seen, pid, "TRC-102");
  EXPECT_EQ(seen.result.code, 0) << seen.result.err;
  expect_context(found, seen, pid, seen.vedette, "vedette_e2e_tes", self());
  EXPECT_EQ(text(found, "eventName"), "anti_debugging");
  EXPECT_EQ(text(found, "syscall"), "ptrace");
  EXPECT_EQ(number(found, "metadata", "Properties", "Severity"), 1);
  EXPECT_EQ(text(argument(found, "triggeredBy"), "name"), "ptrace");
  EXPECT_EQ(number(cause_argument(found, "request")), 0);
  EXPECT_EQ(number(cause_argument(found, "pid")), 0);
  expect_nothing_lost(seen);
}

TEST_P(Findings, tells_of_code_that_is_loaded_first) {
  const auto seen = watch(GetParam(), victim({"preload"}));
  const auto pid = told_by_victims(seen.result, "pid").at(0);

  const auto found = finding_of(seen, pid, "TRC-107");
  EXPECT_EQ(seen.result.code, 0) << seen.result.err;
  expect_context(found, seen, pid, seen.vedette, "true", resolved("/bin/true"));
  EXPECT_EQ(text(found, "eventName"), "ld_preload");
  EXPECT_EQ(number(found, "metadata", "Properties", "Severity"), 2);
  EXPECT_EQ(text(argument(found, "LD_PRELOAD")), "LD_PRELOAD=libc.so.6");
  EXPECT_EQ(to_json(cause_argument(found, "argv")), R"(["true","now"])");
  EXPECT_EQ(to_json(cause_argument(found, "env")), R"(["A=1","LD_PRELOAD=libc.so.6"])");
  expect_nothing_lost(seen);
}

/// pid, name and path of the first of a lineage.
void expect_in_lineage(const value& lineage, std::size_t index, std::int64_t pid,
                       const std::string& name, const std::string& path) {
  ASSERT_GT(lineage.as_list()->size(), index) << to_json(lineage);
  const auto& one = lineage.as_list()->at(index);
  EXPECT_EQ(number(one, "pid"), pid) << index;
  EXPECT_EQ(text(one, "name"), name) << index;
  EXPECT_EQ(text(one, "path"), path) << index;
}

/// One finding for each shell of the server, with the server's whole lineage: from
/// another shard, and from before Vedette was there.
void expect_shells_under_nginx(const watched& seen, unsigned shards,
                               std::size_t shells) {
  const auto server = told_by_victims(seen.result, "pid").at(0);
  const auto pids = told_by_victims(seen.result, "sh");
  ASSERT_EQ(pids.size(), shells) << seen.result.err;
  const auto shell_path = resolved("/bin/sh");
  for (const auto pid : pids) {
    if (shards > 1) {
      ASSERT_NE(pid % shards, server % shards);
    }
    const auto found = finding_of(seen, pid, "VED-6");
    expect_context(found, seen, pid, server, "sh", shell_path);
    EXPECT_EQ(text(found, "eventName"), "shell_under_server");
    EXPECT_EQ(text(argument(found, "shell")), shell_path);
    EXPECT_EQ(text(argument(found, "server")), "nginx");
    EXPECT_EQ(to_json(cause_argument(found, "argv")), R"(["sh","-c","exit 3"])");
    const auto lineage = argument(found, "lineage");
    expect_in_lineage(lineage, 0, pid, "sh", shell_path);
    expect_in_lineage(lineage, 1, server, "nginx", self());
    expect_in_lineage(lineage, 2, seen.vedette, "vedette",
                      resolved(vedette_command({}).front()));
    expect_in_lineage(lineage, 3, getpid(), "vedette_e2e_tes", self());
  }
}

void expect_complete_answers(const watched& seen) {
  const auto& tree =
      member(member(seen.summary, "data_sources"), "tracee/process_tree");
  EXPECT_EQ(number(tree, "incomplete"), 0);
  EXPECT_EQ(number(tree, "pending"), 0);
  EXPECT_EQ(text(tree, "health"), "healthy") << text(tree, "reason");
}

TEST_P(Findings, tells_of_shells_under_a_server) {
  const scratch_dir dir;
  const auto shards = std::to_string(GetParam());
  const auto seen =
      watch(GetParam(), victim_named("nginx", dir.path(), {"server", "20", shards}),
            {"--signatures", "VED-6"});

  EXPECT_EQ(seen.result.code, 0) << seen.result.err;
  expect_shells_under_nginx(seen, GetParam(), 20);
  expect_complete_answers(seen);
  expect_nothing_lost(seen);
}

/// That shard lags: elsewhere it is chance whether a Get has to wait for another one.
TEST_P(Findings, tells_of_shells_while_another_shard_is_flooded) {
  const scratch_dir dir;
  const auto shards = std::to_string(GetParam());
  const auto seen =
      watch(GetParam(), victim_named("nginx", dir.path(), {"storm", "20", shards}),
            {"--signatures", "VED-6", "--set", "rings.total=256MiB", "--set",
             "collectors.host.events=[security_file_open, sched_process_fork, "
             "sched_process_exec, sched_process_exit]"});

  EXPECT_EQ(seen.result.code, 0) << seen.result.err;
  EXPECT_GE(number(seen.summary, "events", "security_file_open", "delivered"), 1'000);
  expect_shells_under_nginx(seen, GetParam(), 20);
  expect_complete_answers(seen);
  if (GetParam() > 1) {
    EXPECT_GT(number(seen.summary, "data_sources", "tracee/process_tree", "waited"), 0);
  }
  expect_nothing_lost(seen);
}

INSTANTIATE_TEST_SUITE_P(Shards, Findings, testing::Values(1, 2, 4));

} // namespace

} // namespace vedette::e2e
