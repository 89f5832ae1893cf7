// Every event in every situation in which its act may be done: by another thread, by
// 32-bit calls, in namespaces of its own, and with paths that are long or lead there in
// other ways.

#include "bpf/probes.hpp"
#include "tests/kernel/support/acts_of_files.hpp"
#include "tests/kernel/support/acts_of_processes.hpp"
#include "tests/kernel/support/acts_of_sockets.hpp"
#include "tests/kernel/support/acts_on_cgroups.hpp"
#include "tests/kernel/support/scratch_dir.hpp"

#include <filesystem>
#include <thread>

namespace vedette {

namespace {

using directory_maker = place (*)(const std::string& base);

struct situation {
  const char* name;
  int namespaces; ///< CLONE_NEW…
  bool thread;    ///< Not the leader.
  bool compat;
  directory_maker where;
  bool of_paths = false; ///< Only acts that name a file are another thing there.
};

void PrintTo(const situation& tested, std::ostream* out) {
  *out << tested.name;
}

place plainly(const std::string& base) {
  return {base, base};
}
place deep_below(const std::string& base) {
  constexpr std::size_t length = 2990; // And a name.
  auto path = base;
  while (path.size() < length)
    path += "/" + std::string(std::min<std::size_t>(200, length - path.size()), 'd');
  std::filesystem::create_directories(path);
  return {path, path};
}
place through_link(const std::string& base) {
  std::filesystem::create_directory(base + "/real");
  std::filesystem::create_symlink("real", base + "/link");
  return {base + "/link", base + "/real"};
}
place back_and_forth(const std::string& base) {
  std::filesystem::create_directory(base + "/real");
  return {base + "/real/../real", base + "/real"};
}
place through_proc(const std::string& base) {
  return {"/proc/self/root" + base, base};
}

const situation situations[]{
    {"leader", 0, false, false, plainly},
    {"thread", 0, true, false, plainly},
    {"compat", 0, false, true, plainly},
    {"compat_thread", 0, true, true, plainly},
    {"pid_namespace", CLONE_NEWPID, false, false, plainly},
    {"mount_namespace", CLONE_NEWNS, false, false, plainly},
    {"user_namespace", CLONE_NEWUSER | CLONE_NEWNS, false, false, plainly},
    {"network_namespace", CLONE_NEWNET, false, false, plainly},
    {"container", CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET, false,
     false, plainly},
    {"long_path", 0, false, false, deep_below, true},
    {"link", 0, false, false, through_link, true},
    {"dot_dot", 0, false, false, back_and_forth, true},
    {"proc_root", 0, false, false, through_proc, true},
    {"compat_long_path", 0, false, true, deep_below, true},
};

std::vector<act> all_acts() {
  std::vector<act> result;
  const auto add = [&](const auto& acts) {
    result.insert(result.end(), std::begin(acts), std::end(acts));
  };
  add(file_acts::all);
  add(process_acts::all);
  add(socket_acts::all);
  add(cgroup_acts::all);
  return result;
}

kernel_config watching(const std::vector<act>& acts) {
  kernel_config config;
  for (const auto& one : acts)
    if (std::ranges::find(config.events, one.kind) == config.events.end())
      config.events.push_back(one.kind);
  return config;
}

/// Events that no act of a process makes here, or only together with another one.
constexpr event_kind without_act[]{
    event_kind::module_load, // The kernels of build machines cannot load any.
    event_kind::hooked_syscall,
    event_kind::hooked_seq_ops,
    event_kind::hooked_proc_fops, // Those are read from the kernel's memory.
    event_kind::net_packet_dns_request,
    event_kind::net_packet_dns_response, // Those are made of net_packet_dns.
};

TEST(acts, make_every_event_that_is_not_just_a_system_call) {
  const auto acts = all_acts();
  for (const auto kind : watchable_events()) {
    if (definition_of(kind).made_by == event_class::syscall)
      continue;
    EXPECT_NE(std::ranges::count(acts, kind, &act::kind) > 0,
              std::ranges::count(without_act, kind) > 0)
        << definition_of(kind).name;
  }
}

/// Memory that children share.
act_report& shared_memory() {
  static auto* at =
      static_cast<act_report*>(mmap(nullptr, sizeof(act_report), PROT_READ | PROT_WRITE,
                                    MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  return *at;
}

class event_in : public testing::TestWithParam<situation> {
protected:
  /// A child in the situation that does it, once we have looked at it.
  class performer {
  public:
    performer(const act& done, const place& at, act_report& said)
        : child_{[&] { return perform(done, at, said); }, GetParam().namespaces} {}

    [[nodiscard]] pid_t pid() const { return child_.pid(); }
    int finish() { return child_.finish(); }

  private:
    static int perform(const act& done, const place& at, act_report& said) {
      act_caller by{GetParam().compat, at, said};
      bool worked = false;
      const auto body = [&] {
        said.tid = gettid();
        worked = done.perform(by);
      };
      if (GetParam().thread)
        std::thread{body}.join();
      else
        body();
      return worked ? 0 : 1;
    }

    held_child child_;
  };

  void expect(const act& done) {
    SCOPED_TRACE(done.name);
    std::filesystem::create_directory(dir_.file(done.name));
    const auto at = GetParam().where(dir_.file(done.name));
    if (done.prepare != nullptr)
      done.prepare(at);
    auto& said = shared_memory();
    said.told = {};
    performer child{done, at, said};
    const context self{child.pid()};
    expect_namespaces(child.pid());
    kernel_events_.take();

    const auto status = child.finish();

    auto records = kernel_events_.take(done.kind, child.pid());
    if (done.clean_up != nullptr)
      done.clean_up(at);
    EXPECT_TRUE(done.replaces || status == 0) << status;
    const auto tid = thread_of(done, child.pid());
    std::erase_if(records, [=](const captured& one) {
      return one.header().host_tid != static_cast<__u32>(tid);
    });
    ASSERT_EQ(records.size(), 1U);
    expect_context(records[0].header(), done, self);
    done.check({records[0], at, said, self});
  }

  /// The host's id of who did it. An exec takes the leader's.
  static pid_t thread_of(const act& done, pid_t leader) {
    return GetParam().thread && done.kind != event_kind::sched_process_exec
               ? shared_memory().tid.load()
               : leader;
  }

  static void expect_namespaces(pid_t child) {
    for (const auto& [flag, name] :
         {std::pair{CLONE_NEWPID, "pid"}, std::pair{CLONE_NEWNS, "mnt"},
          std::pair{CLONE_NEWUSER, "user"}, std::pair{CLONE_NEWNET, "net"}})
      EXPECT_EQ(namespace_of(child, name) != namespace_of(getpid(), name),
                (GetParam().namespaces & flag) != 0)
          << name;
  }

  /// A packet is not of a call. An exec is made the one of the program that is
  /// executed.
  static std::int32_t call_of(const act& done) {
    switch (done.kind) {
    case event_kind::net_packet_dns:
      return -1;
    case event_kind::sched_process_exec:
      return SYS_execve;
    default:
      return shared_memory().syscall;
    }
  }

  static void expect_context(const record_header& header, const act& done,
                             const context& self) {
    const bool executes = done.kind == event_kind::sched_process_exec;
    const bool is_thread = GetParam().thread && !executes;
    self.expect_in(header);
    EXPECT_EQ(header.ns_tid, is_thread ? header.host_tid : self.ns_pid);
    EXPECT_EQ(header.host_tid != header.host_tgid, is_thread);
    EXPECT_EQ(header.thread_start_ns > header.leader_start_ns, is_thread);
    EXPECT_EQ(header.uid, 0U) << "as the host has it";
    EXPECT_EQ(header.gid, 0U);
    EXPECT_EQ((header.flags & RECORD_COMPAT) != 0, GetParam().compat && !executes)
        << "the program that is executed is a 64-bit one";
    EXPECT_EQ(header.syscall, call_of(done));
    EXPECT_EQ(header.truncated, 0U);
  }

  const std::vector<act> acts_ = all_acts();
  const scratch_dir dir_;
  capture kernel_events_{watching(acts_)};
};

TEST_P(event_in, has_all_arguments_and_context) {
  for (const auto& one : acts_)
    if (one.of_path || !GetParam().of_paths)
      expect(one);
}

INSTANTIATE_TEST_SUITE_P(situations, event_in, testing::ValuesIn(situations),
                         [](const auto& test) { return std::string{test.param.name}; });

} // namespace

} // namespace vedette
