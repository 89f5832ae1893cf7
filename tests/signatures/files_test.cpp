// Signatures that look at files alone: which paths, which acts, by whom, where.

#include "signatures/finding_ids.hpp"
#include "tests/support/signature_run.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

namespace {

using names = std::vector<std::string_view>;

enum acts : unsigned { reads = 1, writes = 2, renames_onto = 4, renames_from = 8 };

struct file_case {
  std::string_view signature;
  unsigned acts;
  bool in_containers_only;
  names fires_on;
  names passes_over;
  names excepted = {}; ///< Commands.
  names programs = {}; ///< That fire when they are executed.
};

void PrintTo(const file_case& one, std::ostream* out) {
  *out << one.signature;
}

const names servers_of_k8s{"flanneld", "kube-proxy",      "etcd",   "kube-apiserver",
                           "coredns",  "kube-controller", "kubectl"};

const std::vector<file_case> cases{
    {"TRC-106",
     writes,
     true,
     {"/sys/fs/cgroup/rdma/x/notify_on_release", "/notify_on_release"},
     {"/tmp/notify_on_release.txt", "/tmp/xnotify_on_release", "/notify_on_release/x"}},
    {"TRC-108",
     reads,
     true,
     {"/var/run/secrets/kubernetes.io/serviceaccount/token",
      "/run/secrets/kubernetes.io/serviceaccount/..2024_05/token"},
     {"/run/secrets/kubernetes.io/serviceaccount/ca.crt", "/run/secrets/token",
      "/token/secrets/kubernetes.io/serviceaccount/namespace"},
     servers_of_k8s},
    {"TRC-109",
     reads,
     false,
     {"/proc/sys/kernel/randomize_va_space"},
     {"/proc/sys/kernel/randomize_va_space2", "/x/proc/sys/kernel/randomize_va_space"}},
    {"TRC-1010",
     writes | renames_onto,
     true,
     {"/sys/fs/cgroup/rdma/release_agent", "/release_agent"},
     {"/tmp/release_agent.c", "/tmp/my_release_agent"}},
    {"TRC-1011",
     writes,
     true,
     {"/proc/sys/kernel/core_pattern", "/host/proc/sys/kernel/core_pattern"},
     {"/proc/sys/kernel/core_pattern.bak", "/sys/kernel/core_pattern"}},
    {"TRC-1012",
     writes | renames_onto,
     false,
     {"/lib/ld-linux.so.2", "/lib64/ld-linux-x86-64.so.2",
      "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", "/lib/ld.so"},
     {"/tmp/lib/ld-linux.so.2", "/lib/libc.so.6", "/usr/lib/ldscripts/elf.x",
      "/usr/local/lib/ld.so"}},
    {"TRC-1018",
     reads | renames_from,
     false,
     {"/etc/kubernetes/pki/ca.key", "/etc/kubernetes/pki/etcd/server.crt"},
     {"/etc/kubernetes/pki", "/etc/kubernetes/pkix/ca.key",
      "/x/etc/kubernetes/pki/ca.key"},
     {"kube-apiserver", "kubelet", "kube-controller", "etcd"}},
    {"TRC-1021",
     reads,
     true,
     {"/proc/kcore", "/host/proc/kcore"},
     {"/proc/kcore2", "/kcore"}},
    {"TRC-1023",
     reads,
     false,
     {"/proc/1/mem", "/proc/123456/mem"},
     {"/proc/self/mem", "/proc/mem", "/proc//mem", "/proc/1/maps", "/proc/1/task/1/mem",
      "/x/proc/1/mem", "/proc/1/memx"}},
    {"TRC-1024",
     writes,
     false,
     {"/proc/1/mem"},
     {"/proc/self/mem", "/proc/1/task/1/mem", "/proc/12a/mem"}},
    {"TRC-1026",
     writes | renames_onto,
     false,
     {"/etc/rc.local", "/etc/init.d/rc.local", "/etc/rc1.d/S01x", "/etc/rc6.d/a/b",
      "/etc/rcS.d/x", "/etc/init.d/ssh", "/etc/rc.d/x"},
     {"/etc/rc.local.bak", "/etc/rc7.d/x", "/etc/rc1.d", "/etc/init.dx/ssh",
      "/etc/rc1.dx"},
     {},
     {"update-rc.d"}},
    {"TRC-1027",
     writes | renames_onto,
     false,
     {"/etc/crontab", "/etc/anacrontab", "/etc/cron.deny", "/etc/cron.allow",
      "/etc/cron.hourly/x", "/etc/cron.daily/x", "/etc/cron.weekly/x",
      "/etc/cron.monthly/x", "/etc/cron.d/x", "/var/spool/cron/crontabs/root",
      "/var/spool/anacron/cron.daily"},
     {"/etc/cron.data", "/etc/crontab2", "/etc/cron.d", "/etc/cron.data/x",
      "/var/spool/cron/x", "/x/etc/crontab"},
     {},
     {"crontab", "at", "batch", "launchd"}},
    {"TRC-1028",
     writes | renames_onto,
     false,
     {"/etc/sudoers", "/private/etc/sudoers", "/etc/sudoers.d/me",
      "/private/etc/sudoers.d/me"},
     {"/etc/sudoers.d", "/etc/sudoers.tmp", "/etc/sudoers.dx/me", "/x/etc/sudoers"}},
    {"TRC-1029",
     reads,
     true,
     {"/proc/sched_debug", "/sys/kernel/debug/sched/debug"},
     {"/proc/sched_debug2", "/sys/kernel/debug/sched", "/x/proc/sched_debug"}},
    {"TRC-1031",
     writes,
     true,
     {"/proc/sys/kernel/sysrq", "/proc/sysrq-trigger"},
     {"/proc/sys/kernel/sysrq2", "/x/proc/sysrq-trigger"}},
};

// x86-64's numbers, as records have them.
constexpr int wronly = 01, rdwr = 02, neither = 03, creat = 0100, trunc = 01000,
              append = 02000, cloexec = 02000000;

struct opening {
  int flags;
  unsigned acts;
};
constexpr std::array<opening, 9> openings{{{0, reads},
                                           {cloexec, reads},
                                           {creat, reads},
                                           {wronly, writes},
                                           {wronly | creat | trunc, writes},
                                           {wronly | append | cloexec, writes},
                                           {rdwr, reads | writes},
                                           {rdwr | append, reads | writes},
                                           {neither, 0}}};

event_builder opened(std::string_view path, int flags) {
  return event_builder{event_kind::security_file_open}
      .arg<events::security_file_open::pathname>(path)
      .arg<events::security_file_open::flags>(flags);
}

event_builder renamed(std::string_view from, std::string_view to) {
  return event_builder{event_kind::security_inode_rename}
      .arg<events::security_inode_rename::old_path>(from)
      .arg<events::security_inode_rename::new_path>(to);
}

event_builder executed_as(std::string_view path) {
  return event_builder{event_kind::sched_process_exec}
      .arg<events::sched_process_exec::pathname>(path);
}

class file_signature_test : public testing::TestWithParam<file_case> {
protected:
  /// Wherever it happens: whether it is found, without data.
  void expect(const event_builder& event, bool fires, std::string_view what) {
    SCOPED_TRACE(what);
    const auto in_container = event_builder{event}.in_container("c1");
    EXPECT_EQ(count(event), fires && !GetParam().in_containers_only ? 1U : 0U)
        << "host";
    EXPECT_EQ(count(in_container), fires ? 1U : 0U) << "container";
    EXPECT_EQ(count(event_builder{event}.container("c1")),
              fires && !GetParam().in_containers_only ? 1U : 0U)
        << "what prepares a container";
  }
  std::size_t count(const event_builder& event) {
    const auto found = run_.on_any(event);
    for (const auto& data : found)
      EXPECT_TRUE(data.empty());
    return found.size();
  }
  [[nodiscard]] static bool does(unsigned act) { return (GetParam().acts & act) != 0; }

  signature_run run_{GetParam().signature};
};

TEST_P(file_signature_test, finds_its_acts_on_its_paths) {
  for (const bool meant : {true, false})
    for (const auto path : meant ? GetParam().fires_on : GetParam().passes_over) {
      for (const auto& [flags, acts] : openings)
        expect(opened(path, flags), meant && does(acts),
               std::string{path} + " opened with " + std::to_string(flags));
      expect(renamed("/tmp/x", path), meant && does(renames_onto), path);
      expect(renamed(path, "/tmp/x"), meant && does(renames_from), path);
    }
}

TEST_P(file_signature_test, lets_those_do_it_who_have_reason) {
  const auto path = GetParam().fires_on.front();
  const auto act = opened(path, does(writes) ? wronly : 0);
  for (const auto command : GetParam().excepted)
    expect(event_builder{act}.comm(command), false, command);
  expect(event_builder{act}.comm("kube"), true, "another one");
}

TEST_P(file_signature_test, finds_the_programs_that_do_it) {
  for (const auto program : GetParam().programs) {
    const auto path = "/usr/sbin/" + std::string{program};
    expect(executed_as(path), true, path);
    expect(executed_as("/usr/bin/perl").arg<events::sched_process_exec::cmdpath>(path),
           true, path + ", a script");
    expect(executed_as(path + "x"), false, path + "x");
    expect(executed_as(path + "/x"), false, path + "/x");
  }
  expect(executed_as("/usr/bin/true"), false, "true");
}

TEST_P(file_signature_test, needs_the_arguments) {
  expect(event_builder{event_kind::security_inode_rename}, false, "rename");
  expect(event_builder{event_kind::security_file_open}
             .arg<events::security_file_open::flags>(rdwr),
         false, "open");
}

INSTANTIATE_TEST_SUITE_P(each, file_signature_test, testing::ValuesIn(cases),
                         [](const auto& test) {
                           std::string name{test.param.signature};
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

} // namespace

} // namespace vedette
