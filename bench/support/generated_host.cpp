#include "bench/support/generated_host.hpp"

#include "events/entity.hpp"

#include <array>
#include <fmt/format.h>
#include <iterator>
#include <utility>

namespace vedette::bench {

namespace {

constexpr std::size_t at_a_time = 64;
constexpr unsigned opens = 7; ///< Of a process, on average.

struct program {
  std::string_view comm, path, arguments; ///< The last as JSON.
};

constexpr std::array<program, 10> programs{{
    {"gcc", "/usr/bin/x86_64-linux-gnu-gcc-12", R"("-O2","-Wall","-Iinclude","-c")"},
    {"cc1plus", "/usr/libexec/gcc/x86_64-linux-gnu/12/cc1plus",
     R"("-quiet","-imultiarch","x86_64-linux-gnu","-D_GNU_SOURCE","-DNAME=\"x\"")"},
    {"as", "/usr/bin/x86_64-linux-gnu-as", R"("--64","-o","/tmp/ccJx7Qk1.o")"},
    {"python3", "/usr/bin/python3.11", R"("-m","service.worker","--verbose")"},
    {"git", "/usr/bin/git", R"("status","--porcelain","--untracked-files=no")"},
    {"grep", "/usr/bin/grep", R"("-rn","TARGET","--include=*.cpp")"},
    {"ls", "/usr/bin/ls", R"("-la","--color=never")"},
    {"curl", "/usr/bin/curl", R"("-fsS","https://registry.example.org/v2/")"},
    {"make", "/usr/bin/make", R"("-j8","-C","/home/builder/project")"},
    {"sh", "/usr/bin/dash", R"("-c","exec \"$0\" \"$@\"")"},
}};

constexpr std::array<program, 8> residents{{
    {"bash", "/usr/bin/bash", {}},
    {"bash", "/usr/bin/bash", {}},
    {"sshd", "/usr/sbin/sshd", {}},
    {"cron", "/usr/sbin/cron", {}},
    {"make", "/usr/bin/make", {}},
    {"ninja", "/usr/bin/ninja", {}},
    {"python3", "/usr/bin/python3.11", {}},
    {"containerd-shim", "/usr/bin/containerd-shim-runc-v2", {}},
}};

} // namespace

generated_host::generated_host(std::uint64_t seed) : random_{seed} {
  constexpr std::uint32_t stay = 200, first = 1000;
  for (std::uint32_t i = 0; i < stay; ++i) {
    const auto& one = residents[i % residents.size()];
    parents_.push_back({first + i, now_ - 1'000'000'000 - i, 1,
                        1'600'000'000'000'000'000, one.comm, one.path, 0, true});
  }
  parents_[0].comm = "nginx"; // One server in 200 that starts shells, too.
  parents_[0].path = "/usr/sbin/nginx";
}

std::size_t generated_host::append(std::string& out, std::size_t bytes) {
  const auto end = out.size() + bytes;
  std::size_t lines = 0;
  for (; out.size() < end; ++lines) {
    now_ += 1 + below(40'000);
    if (living_.size() < at_a_time) {
      fork(out);
      continue;
    }
    const auto which = below(living_.size());
    step(out, living_[which]);
    if (living_[which].left == 0) {
      living_[which] = living_.back();
      living_.pop_back();
    }
  }
  return lines;
}

generated_host::process generated_host::born(const process& parent) {
  constexpr std::uint32_t most = 4'194'304, first = 3000;
  next_pid_ = next_pid_ + 1 < most ? next_pid_ + 1 : first;
  const auto left = 2 + opens / 2 + static_cast<unsigned>(below(opens + 1));
  return {next_pid_,   now_,        parent.pid, parent.start,
          parent.comm, parent.path, left,       false};
}

void generated_host::fork(std::string& out) {
  // Most are children of what stays, the others of what runs.
  const auto of_living = !living_.empty() && below(4) == 0;
  const process parent =
      of_living ? living_[below(living_.size())] : parents_[below(parents_.size())];
  const auto child = born(parent);
  context(out, parent, "sched_process_fork");
  const auto task = [&](std::string_view tid, std::string_view pid,
                        std::uint32_t number) {
    for (const auto name : {tid, pid})
      for (const auto space : {"", "ns_"})
        fmt::format_to(std::back_inserter(out),
                       R"({{"name":"{}_{}{}","type":"int32","value":{}}},)",
                       name.substr(0, name.rfind('_')), space,
                       name.substr(name.rfind('_') + 1), number);
  };
  const auto time = [&](std::string_view name, std::uint64_t when) {
    fmt::format_to(std::back_inserter(out),
                   R"({{"name":"{}","type":"time.Time","value":{}}},)", name, when);
  };
  task("parent_tid", "parent_pid", parent.pid);
  time("parent_start_time", parent.start);
  task("child_tid", "child_pid", child.pid);
  time("start_time", child.start);
  task("parent_process_tid", "parent_process_pid", parent.pid);
  time("parent_process_start_time", parent.start);
  task("leader_tid", "leader_pid", child.pid);
  time("leader_start_time", child.start);
  out.back() = ']';
  out += "}\n";
  living_.push_back(child);
}

void generated_host::step(std::string& out, process& of) {
  --of.left;
  if (!std::exchange(of.began, true))
    begin(out, of);
  else if (of.left == 0)
    exit(out, of);
  else
    open(out, of);
  out += "]}\n";
}

void generated_host::context(std::string& out, const process& of,
                             std::string_view event) {
  const auto id = static_cast<std::uint64_t>(entity_of(of.pid, of.start));
  const auto parent =
      static_cast<std::uint64_t>(entity_of(of.parent_pid, of.parent_start));
  const auto to = std::back_inserter(out);
  fmt::format_to(
      to,
      R"({{"timestamp":{},"threadStartTime":{},"processorId":{},"processId":{},)"
      R"("cgroupId":{},"threadId":{},"parentProcessId":{},"hostProcessId":{},)"
      R"("hostThreadId":{},"hostParentProcessId":{},"userId":1000,)"
      R"("mountNamespace":4026531841,"pidNamespace":4026531836,"processName":"{}",)",
      now_, of.start, below(16), of.pid, 5000 + of.parent_pid % 40, of.pid,
      of.parent_pid, of.pid, of.pid, of.parent_pid, of.comm);
  fmt::format_to(
      to,
      R"("executable":{{"path":"{}"}},"hostName":"build-host-17","containerId":"",)"
      R"("container":{{}},"kubernetes":{{}},"eventId":"715","eventName":"{}",)"
      R"("matchedPolicies":[""],"argsNum":6,"returnValue":0,"syscall":"openat",)"
      R"("stackAddresses":null,"contextFlags":{{"containerStarted":false,)"
      R"("isCompat":false}},"threadEntityId":{},"processEntityId":{},)"
      R"("parentEntityId":{},"args":[)",
      of.path, event, id, id, parent);
}

void generated_host::open(std::string& out, const process& of) {
  context(out, of, "security_file_open");
  const auto path = fmt::format("/usr/lib/x86_64-linux-gnu/lib{}.so.6", below(1000));
  fmt::format_to(std::back_inserter(out),
                 R"({{"name":"pathname","type":"string","value":"{}"}},)"
                 R"({{"name":"flags","type":"int32","value":32768}},)"
                 R"({{"name":"dev","type":"uint32","value":271581185}},)"
                 R"({{"name":"inode","type":"uint64","value":{}}},)"
                 R"({{"name":"ctime","type":"uint64","value":{}}},)"
                 R"({{"name":"syscall_pathname","type":"string","value":"{}"}})",
                 path, below(10'000'000), 1'699'000'000'000'000'000 + below(1'000'000),
                 path);
}

void generated_host::begin(std::string& out, process& of) {
  const auto before = of.comm;
  const auto& runs = programs[below(programs.size())];
  of.comm = runs.comm;
  of.path = runs.path;
  context(out, of, "sched_process_exec");
  const auto to = std::back_inserter(out);
  fmt::format_to(to,
                 R"({{"name":"cmdpath","type":"string","value":"{}"}},)"
                 R"({{"name":"pathname","type":"string","value":"{}"}},)"
                 R"({{"name":"dev","type":"uint32","value":271581185}},)"
                 R"({{"name":"inode","type":"uint64","value":1837465}},)"
                 R"({{"name":"ctime","type":"uint64","value":1699999990000000000}},)"
                 R"({{"name":"inode_mode","type":"uint16","value":33261}},)"
                 R"({{"name":"interpreter_pathname","type":"string",)"
                 R"("value":"/lib64/ld-linux-x86-64.so.2"}},)"
                 R"({{"name":"argv","type":"[]string","value":["{}",{},"src/file{}.c",)"
                 R"("-o","out/file.o"]}},)",
                 of.path, of.path, of.comm, runs.arguments, below(10'000));
  fmt::format_to(
      to,
      R"({{"name":"stdin_type","type":"uint16","value":8192}},)"
      R"({{"name":"invoked_from_kernel","type":"bool","value":false}},)"
      R"({{"name":"prev_comm","type":"string","value":"{}"}},)"
      R"({{"name":"env","type":"[]string","value":["PATH=/usr/local/sbin:)"
      R"(/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","HOME=/home/builder",)"
      R"("LANG=C.UTF-8","PWD=/home/builder/project","SHELL=/bin/bash",)"
      R"("TERM=xterm-256color"]}},)"
      R"({{"name":"pwd","type":"string","value":"/home/builder/project"}})",
      before);
}

void generated_host::exit(std::string& out, const process& of) {
  context(out, of, "sched_process_exit");
  fmt::format_to(std::back_inserter(out),
                 R"({{"name":"exit_code","type":"int32","value":{}}},)"
                 R"({{"name":"signal_code","type":"int32","value":0}},)"
                 R"({{"name":"process_group_exit","type":"bool","value":true}})",
                 below(2));
}

} // namespace vedette::bench
