#include "bpf/task_scan.hpp"

#include "bpf/proc_files.hpp"
#include "bpf/task_record.hpp"
#include "events/record_check.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <tuple>
#include <unistd.h>
#include <unordered_map>

namespace vedette {

namespace {

namespace args = events::task_begin;

constexpr std::uint64_t tick_ns = 10'000'000; // USER_HZ is 100 everywhere.

std::expected<std::vector<std::byte>, error> read_all(const file_descriptor& file) {
  constexpr std::size_t step = 64 << 10U;
  std::vector<std::byte> result;
  while (true) {
    const auto begin = result.size();
    result.resize(begin + step);
    const auto got = read(file.get(), result.data() + begin, step);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
      result.resize(begin);
      continue;
    }
    if (got < 0)
      return std::unexpected{system_error("cannot read the task iterator", errno)};
    result.resize(begin + static_cast<std::size_t>(got));
    if (got == 0)
      return result;
  }
}

void put_relatives(task_record& record);

/// All tasks by tid, and the exact start times that records tell of other tasks.
class scan {
public:
  std::expected<void, error> read_iterator(const kernel_side& kernel);
  void read_proc();

  [[nodiscard]] std::vector<task_record*> in_order();
  [[nodiscard]] std::size_t only_in_proc() const { return only_in_proc_; }

private:
  void add(task_record record);
  void note_start(std::optional<std::uint64_t> tid, std::optional<std::uint64_t> start);
  [[nodiscard]] std::uint64_t exact(std::uint32_t tid, std::uint64_t start) const;
  [[nodiscard]] bool numbers_agree() const;
  void add_from_proc(std::uint32_t tgid, std::uint32_t tid);
  void describe(record_header& header, const proc_task& task,
                const proc_task& leader) const;
  static void put_command(task_record& record);
  static void put_executable(task_record& record);

  std::unordered_map<std::uint32_t, task_record> tasks_;
  std::unordered_map<std::uint32_t, std::uint64_t> starts_;
  std::size_t only_in_proc_ = 0;
};

std::expected<void, error> scan::read_iterator(const kernel_side& kernel) {
  const auto file = kernel.open_task_iterator();
  if (!file) // Too old for it: /proc knows most of it.
    return file.error().code == ec::unavailable ? std::expected<void, error>{}
                                                : std::unexpected{file.error()};
  const auto all = read_all(*file);
  if (!all)
    return std::unexpected{all.error()};
  std::span<const std::byte> rest{*all};
  while (rest.size() >= sizeof(record_header)) {
    const auto size = reinterpret_cast<const record_header*>(rest.data())->size;
    if (size > rest.size() || check_record(rest.first(size)) != corruption::none)
      return std::unexpected{error{ec::bad_input, "the task iterator gave a corrupt "
                                                  "record"}};
    add(task_record{rest.first(size)});
    rest = rest.subspan(size);
  }
  return {};
}

void scan::add(task_record record) {
  note_start(record.header().host_tid, record.header().thread_start_ns);
  note_start(record.get<args::leader_tid>(), record.get<args::leader_start_time>());
  note_start(record.get<args::parent_process_tid>(),
             record.get<args::parent_process_start_time>());
  tasks_.insert_or_assign(record.header().host_tid, std::move(record));
}

void scan::note_start(std::optional<std::uint64_t> tid,
                      std::optional<std::uint64_t> start) {
  if (tid && start)
    starts_.insert_or_assign(static_cast<std::uint32_t>(*tid), *start);
}

/// What a record told of this task, if that is in the same tick.
std::uint64_t scan::exact(std::uint32_t tid, std::uint64_t start) const {
  const auto found = starts_.find(tid);
  return found != starts_.end() && found->second / tick_ns == start / tick_ns
             ? found->second
             : start;
}

/// False in a pid namespace: the kernel's side counts as the host does, /proc as we do.
bool scan::numbers_agree() const {
  return tasks_.empty() || tasks_.contains(static_cast<std::uint32_t>(getpid()));
}

void scan::read_proc() {
  if (!numbers_agree())
    return;
  for (const auto tgid : proc::processes())
    for (const auto tid : proc::threads(tgid))
      if (!tasks_.contains(tid))
        add_from_proc(tgid, tid);
  for (auto& [tid, record] : tasks_) {
    const auto tgid = record.header().host_tgid;
    if (tid == tgid
        && proc::start_ns(tgid) == record.header().thread_start_ns / tick_ns * tick_ns)
      put_command(record);
  }
}

void scan::add_from_proc(std::uint32_t tgid, std::uint32_t tid) {
  const auto found = proc::task(tgid, tid);
  const auto leader = tid == tgid ? found : proc::task(tgid, tgid);
  if (!found || !leader)
    return; // Ended meanwhile.
  task_record record;
  describe(record.header(), *found, *leader);
  put_relatives(record);
  put_executable(record);
  record.put<args::comm>(found->comm);
  record.put<args::uid>(found->uid);
  record.put<args::gid>(found->gid);
  record.put<args::loginuid>(found->loginuid);
  record.put<args::scanned>(1);
  ++only_in_proc_;
  add(std::move(record));
}

void scan::describe(record_header& header, const proc_task& task,
                    const proc_task& leader) const {
  header.host_tid = task.tid;
  header.host_tgid = task.tgid;
  header.host_ppid = leader.ppid;
  header.ns_tid = task.ns_tid;
  header.ns_tgid = task.ns_tgid;
  header.ns_ppid = task.in_our_namespace ? leader.ppid : 0;
  header.thread_start_ns = exact(task.tid, task.start_ns);
  header.leader_start_ns = exact(leader.tid, leader.start_ns);
  if (leader.ppid != 0)
    header.parent_start_ns =
        exact(leader.ppid, proc::start_ns(leader.ppid).value_or(0));
  header.time_ns = header.thread_start_ns;
  header.uid = task.uid;
  header.gid = task.gid;
  header.loginuid = task.loginuid;
  header.mnt_ns = proc::namespace_of(task.tgid, "mnt");
  header.pid_ns = proc::namespace_of(task.tgid, "pid");
  header.cgroup_id = proc::cgroup_of(task.tgid);
  task.comm.copy(header.comm, sizeof(header.comm) - 1);
}

/// What a fork says of each of four tasks.
template <class Tid, class NsTid, class Pid, class NsPid, class Start>
void put_task(task_record& record, std::uint32_t tid, std::uint32_t ns_tid,
              std::uint32_t pid, std::uint32_t ns_pid, std::uint64_t start) {
  record.put<Tid>(tid);
  record.put<NsTid>(ns_tid);
  record.put<Pid>(pid);
  record.put<NsPid>(ns_pid);
  record.put<Start>(start);
}

/// As the header has them. Which thread made another one is not known any more.
void put_relatives(task_record& record) {
  const auto header = record.header();
  put_task<args::child_tid, args::child_ns_tid, args::child_pid, args::child_ns_pid,
           args::start_time>(record, header.host_tid, header.ns_tid, header.host_tgid,
                             header.ns_tgid, header.thread_start_ns);
  put_task<args::leader_tid, args::leader_ns_tid, args::leader_pid, args::leader_ns_pid,
           args::leader_start_time>(record, header.host_tgid, header.ns_tgid,
                                    header.host_tgid, header.ns_tgid,
                                    header.leader_start_ns);
  put_task<args::parent_process_tid, args::parent_process_ns_tid,
           args::parent_process_pid, args::parent_process_ns_pid,
           args::parent_process_start_time>(record, header.host_ppid, header.ns_ppid,
                                            header.host_ppid, header.ns_ppid,
                                            header.parent_start_ns);
  if (header.host_tid == header.host_tgid)
    put_task<args::parent_tid, args::parent_ns_tid, args::parent_pid,
             args::parent_ns_pid, args::parent_start_time>(
        record, header.host_ppid, header.ns_ppid, header.host_ppid, header.ns_ppid,
        header.parent_start_ns);
}

void scan::put_executable(task_record& record) {
  constexpr std::string_view gone = " (deleted)";
  const auto path = "/proc/" + std::to_string(record.header().host_tgid) + "/exe";
  auto target = proc::link(path);
  struct stat file {};
  if (target.empty() || stat(path.c_str(), &file) != 0)
    return;
  const bool memfd = target.starts_with("/memfd:");
  if (file.st_nlink == 0 && target.ends_with(gone))
    target.resize(target.size() - gone.size());
  record.put<args::pathname>(std::string_view{target}.substr(memfd ? 1 : 0));
  record.put<args::dev>(major(file.st_dev) << 20U | minor(file.st_dev));
  record.put<args::inode>(file.st_ino);
  record.put<args::ctime>(static_cast<std::uint64_t>(file.st_ctim.tv_sec)
                              * 1'000'000'000
                          + static_cast<std::uint64_t>(file.st_ctim.tv_nsec));
  record.put<args::inode_mode>(file.st_mode);
  auto& facts = record.header().detail[0];
  facts |= memfd ? __u32{RECORD_FILE_MEMFD} : 0;
  facts |= file.st_nlink == 0 ? __u32{RECORD_FILE_DELETED} : 0;
  facts |= (file.st_mode & S_IWOTH) != 0 ? __u32{RECORD_FILE_WRITABLE} : 0;
}

void scan::put_command(task_record& record) {
  const auto directory = "/proc/" + std::to_string(record.header().host_tgid) + "/";
  const auto argv = proc::read(directory + "cmdline", RECORD_ARGV_MAX);
  if (argv.empty())
    return; // A kernel thread, or ended.
  record.put<args::argv>(std::string_view{argv}.substr(0, RECORD_ARGV_MAX),
                         argv.size() > RECORD_ARGV_MAX);
  const auto pwd = proc::link(directory + "cwd");
  if (!pwd.empty())
    record.put<args::pwd>(std::string_view{pwd}.substr(0, RECORD_TEXT_MAX),
                          pwd.size() > RECORD_TEXT_MAX);
}

/// Parents before their children: nobody is older than who made it. Within a tick the
/// number has to do.
std::vector<task_record*> scan::in_order() {
  std::vector<task_record*> result;
  for (auto& [tid, record] : tasks_)
    result.push_back(&record);
  std::ranges::sort(result, {}, [](const task_record* one) {
    const auto& header = one->header();
    return std::tuple{header.thread_start_ns, header.host_tid != header.host_tgid,
                      header.host_tid};
  });
  return result;
}

} // namespace

std::expected<scan_result, error> scan_tasks(const kernel_side& kernel, unsigned shards,
                                             std::chrono::nanoseconds clock_offset,
                                             scan_time time) {
  scan found;
  if (auto read = found.read_iterator(kernel); !read)
    return std::unexpected{read.error()};
  found.read_proc();
  scan_result result;
  for (unsigned shard = 0; shard < shards; ++shard)
    result.shards.emplace_back(shard, clock_offset);
  for (auto* task : found.in_order()) {
    if (time == scan_time::none)
      task->header().time_ns = 0;
    result.shards[task->header().host_tgid % shards].add(task->bytes());
    ++result.tasks;
  }
  result.only_in_proc = found.only_in_proc();
  return result;
}

} // namespace vedette
