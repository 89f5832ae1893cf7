// From a configuration to programs that run: kernel_side::load().

#include "bpf/call_tracepoints.hpp"
#include "bpf/host_kernel.hpp"
#include "bpf/integrity_check.hpp"
#include "bpf/kernel_side.hpp"
#include "bpf/libbpf_log.hpp"
#include "bpf/probe_choice.hpp"
#include "bpf/proc_files.hpp"
#include "bpf/rings.hpp"
#include "bpf/rule_maps.hpp"
#include "bpf/skeleton.hpp"
#include "bpf/syscalls.hpp"
#include "bpf/table_read.hpp"
#include "bpf/uring_operations.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace vedette {

namespace {

constexpr auto iterator_name = "task_iterator";

/// Programs about sockets run for a cgroup: the root's for all.
bool is_for_cgroup(const bpf_program* program) {
  const auto type = bpf_program__type(program);
  return type == BPF_PROG_TYPE_CGROUP_SKB || type == BPF_PROG_TYPE_CGROUP_SOCK;
}

std::expected<void, error> may_use_bpf() {
  if (access("/sys/kernel/btf/vmlinux", R_OK) != 0)
    return std::unexpected{
        error{ec::no_btf, "the kernel has no /sys/kernel/btf/vmlinux: it needs to be "
                          "built with CONFIG_DEBUG_INFO_BTF"}};
  const file_descriptor map{
      bpf_map_create(BPF_MAP_TYPE_ARRAY, "may_i", 4, 4, 1, nullptr)};
  if (map.is_open())
    return {};
  auto failure = system_error("cannot create a BPF map: run as root, or grant CAP_BPF, "
                              "CAP_PERFMON and CAP_SYS_RESOURCE",
                              errno);
  failure.code = ec::no_privileges;
  return std::unexpected{failure};
}

} // namespace

/// The steps of loading, with what they share.
class kernel_side_maker {
public:
  explicit kernel_side_maker(const kernel_config& config) : config_{config} {}

  std::expected<kernel_side, error> make() {
    // First, as this is what a configuration can get wrong.
    auto rings = make_rings(config_);
    if (!rings)
      return std::unexpected{rings.error()};
    made_.rings_ = std::move(*rings);
    if (auto any = choice_.anything(); !any)
      return std::unexpected{any.error()};
    if (auto done = load_and_attach(); !done)
      return std::unexpected{done.error()};
    if (auto done = rules_.fill(*made_.skeleton_); !done)
      return std::unexpected{done.error()};
    if (auto done = fill_syscalls(); !done)
      return std::unexpected{done.error()};
    if (auto done = find_tables(); !done)
      return std::unexpected{done.error()};
    start();
    made_.probes_ = choice_.take_probes();
    made_.unseen_ = choice_.take_unseen();
    return std::move(made_);
  }

private:
  using result = std::expected<void, error>;

  result load_and_attach();
  result load();
  void configure(vedette_bpf& skeleton);
  void configure_uring(vedette_bpf& skeleton);
  static void omit_maps(vedette_bpf& skeleton);
  result attach();
  result attach_to_calls(const bpf_program* program);
  result give_up(const load_failure& failure);
  std::expected<std::vector<syscall_handler>, error> fill_handlers();
  result fill_syscalls();
  result fill_row(unsigned row, const syscall_row& content);
  result find_tables();
  void start();

  const kernel_config& config_;
  host_kernel host_{config_.waives_compat_calls};
  probe_choice choice_{config_, host_};
  rule_maps rules_;
  kernel_side made_;
  bool with_iterator_ = true;
};

std::expected<kernel_side, error> kernel_side::load(const kernel_config& config) {
  if (auto valid = config.validate(); !valid)
    return std::unexpected{valid.error()};
  libbpf_log::capture();
  if (auto allowed = may_use_bpf(); !allowed)
    return std::unexpected{allowed.error()};
  return kernel_side_maker{config}.make();
}

/// Loads all chosen probes at once: each attempt costs tens of milliseconds. One that
/// is refused is replaced by its event's next one.
kernel_side_maker::result kernel_side_maker::load_and_attach() {
  while (true) {
    made_.links_.clear();
    made_.iterator_.reset();
    choice_.agree_on_calls();
    auto done = load();
    if (done)
      done = attach();
    if (done)
      return {};
    const auto failure = parse_load_failure(libbpf_log::take());
    if (auto next = give_up(failure); !next)
      return next;
  }
}

kernel_side_maker::result kernel_side_maker::give_up(const load_failure& failure) {
  if (failure.program == iterator_name && std::exchange(with_iterator_, false))
    return {};
  if (choice_.give_up(failure.program, failure.reason))
    return choice_.anything();
  return std::unexpected{
      error{ec::system, "cannot load the kernel programs: " + failure.reason}};
}

kernel_side_maker::result kernel_side_maker::load() {
  made_.skeleton_.reset(vedette_bpf__open());
  if (!made_.skeleton_)
    return std::unexpected{system_error("cannot open the embedded programs", errno)};
  configure(*made_.skeleton_);
  if (const auto failed = vedette_bpf__load(made_.skeleton_.get()); failed != 0)
    return std::unexpected{system_error("cannot load the embedded programs", -failed)};
  const auto outer = bpf_map__fd(made_.skeleton_->maps.rings);
  for (__u32 shard = 0; shard < config_.shards; ++shard) {
    const auto ring = made_.rings_[shard].get();
    if (bpf_map_update_elem(outer, &shard, &ring, BPF_ANY) != 0)
      return std::unexpected{system_error("cannot hand over a ring", errno)};
  }
  return {};
}

/// Only what is wanted gets loaded, and the maps sized for it.
void kernel_side_maker::configure(vedette_bpf& skeleton) {
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, skeleton.obj)
      bpf_program__set_autoload(program, false);
  bpf_program__set_autoload(skeleton.progs.task_iterator, with_iterator_);
  made_.syscalls_.clear();
  for (const auto& event : choice_.probes()) {
    for (const auto name : event.chosen->programs)
      bpf_program__set_autoload(
          bpf_object__find_program_by_name(skeleton.obj, name.data()), true);
    if (!watched_hook(event.event))
      made_.syscalls_.push_back(event.event);
  }
  rules_ = rule_maps{choice_.probes(), config_.filters};
  rules_.size(skeleton);
  const auto cpus = static_cast<unsigned>(libbpf_num_possible_cpus());
  const auto watched = WATCHED_HOOKS + static_cast<unsigned>(made_.syscalls_.size());
  constexpr auto buffers_per_cpu = 2; // buffer.bpf.h
  for (const auto port : config_.dns_ports)
    skeleton.bss->dns_ports[port / 64] |= 1ULL << port % 64;
  bpf_map__set_max_entries(skeleton.maps.rings, config_.shards);
  bpf_map__set_max_entries(skeleton.maps.counts, watched * config_.shards);
  bpf_map__set_max_entries(skeleton.maps.buffers, cpus * buffers_per_cpu);
  configure_uring(skeleton);
  omit_maps(skeleton);
  skeleton.rodata->shard_count = config_.shards;
  skeleton.rodata->mmap_is_hooked =
      bpf_program__autoload(skeleton.progs.mmap_by_lsm)
      || bpf_program__autoload(skeleton.progs.mmap_by_fentry);
  // Of kthreadd: pid 1 may be hidden from us, or be a container's.
  skeleton.rodata->host_mnt_ns = proc::namespace_of(2, "mnt");
  skeleton.rodata->has_dynptr =
      config_.allow_dynptr && host_kernel::has_helper(BPF_FUNC_ringbuf_reserve_dynptr);
  skeleton.rodata->has_cast =
      config_.allow_dynptr && host_.has_function("bpf_rdonly_cast");
  constexpr std::chrono::milliseconds margin{1};
  made_.clock_margin_ =
      skeleton.rodata->has_dynptr ? std::chrono::nanoseconds{0} : margin;
}

/// Which events are to be made of requests to io_urings, and of which requests: others have
/// hooks that see them.
void kernel_side_maker::configure_uring(vedette_bpf& skeleton) {
  for (const auto& event : choice_.probes()) {
    if (!event.chosen->has("uring_complete"))
      continue;
    skeleton.rodata->uring_operations |= uring_operations_of(event.event);
    if (const auto hook = watched_hook(event.event))
      skeleton.rodata->uring_tells[*hook / 64] |= 1ULL << *hook % 64;
  }
}

/// Memory that no loaded program looks at.
void kernel_side_maker::omit_maps(vedette_bpf& skeleton) {
  if (!bpf_program__autoload(skeleton.progs.uring_submit)) {
    bpf_map__set_autocreate(skeleton.maps.uring_requests, false);
    bpf_map__set_autocreate(skeleton.maps.uring_names, false);
  }
  if (!bpf_program__autoload(skeleton.progs.after_new_mount))
    bpf_map__set_autocreate(skeleton.maps.unattached_mounts, false);
}

kernel_side_maker::result kernel_side_maker::attach() {
  const file_descriptor cgroup{
      open(proc::cgroup_mount().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, made_.skeleton_->obj) {
    if (!bpf_program__autoload(program))
      continue;
    if (handler_of(bpf_program__name(program)) != HANDLER_NONE
        || bpf_program__type(program) == BPF_PROG_TYPE_SYSCALL)
      continue; // Called by sys_exit, or by ourselves.
    if (bpf_program__type(program) == BPF_PROG_TYPE_TRACEPOINT) {
      if (auto done = attach_to_calls(program); !done)
        return done;
      continue;
    }
    kernel_side::link_ptr link{is_for_cgroup(program)
                                   ? bpf_program__attach_cgroup(program, cgroup.get())
                                   : bpf_program__attach(program)};
    if (!link)
      return std::unexpected{system_error("cannot attach", errno)};
    if (std::strcmp(bpf_program__name(program), iterator_name) == 0)
      made_.iterator_ = std::move(link); // Stays: what is attached is not run by it.
    else
      made_.links_.push_back(std::move(link));
  }
  return {};
}

/// To the tracepoints of the calls that it is chosen for.
kernel_side_maker::result kernel_side_maker::attach_to_calls(const bpf_program* program) {
  for (const auto& event : choice_.probes()) {
    if (!event.chosen->has(bpf_program__name(program)))
      continue;
    for (const auto& name : call_tracepoints(event.event, *event.chosen)) {
      kernel_side::link_ptr link{
          bpf_program__attach_tracepoint(program, "syscalls", name.c_str())};
      if (!link)
        return std::unexpected{system_error("cannot attach to " + name, errno)};
      made_.links_.push_back(std::move(link));
    }
  }
  return {};
}

kernel_side_maker::result kernel_side_maker::fill_row(unsigned row,
                                                      const syscall_row& content) {
  const auto map = bpf_map__fd(made_.skeleton_->maps.syscalls);
  if (bpf_map_update_elem(map, &row, &content, BPF_ANY) != 0)
    return std::unexpected{
        system_error("cannot fill the table of system calls", errno)};
  made_.skeleton_->bss->filter.syscalls[row / 64] |= 1ULL << row % 64;
  return {};
}

/// → those that a chosen probe needs, each in its place in the map.
std::expected<std::vector<syscall_handler>, error> kernel_side_maker::fill_handlers() {
  std::vector<syscall_handler> found;
  const auto map = bpf_map__fd(made_.skeleton_->maps.handlers);
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, made_.skeleton_->obj) {
    const __u32 handler = handler_of(bpf_program__name(program));
    if (handler == HANDLER_NONE || !bpf_program__autoload(program))
      continue;
    const auto fd = bpf_program__fd(program);
    if (bpf_map_update_elem(map, &handler, &fd, BPF_ANY) != 0)
      return std::unexpected{
          system_error("cannot hand over a handler of system calls", errno)};
    found.push_back(static_cast<syscall_handler>(handler));
  }
  return found;
}

kernel_side_maker::result kernel_side_maker::fill_syscalls() {
  const auto handlers = fill_handlers();
  if (!handlers)
    return std::unexpected{handlers.error()};
  const auto rows = make_rows(made_.syscalls_, *handlers);
  for (unsigned number = 0; number < rows.size(); ++number)
    if (rows[number].watched != 0 || rows[number].handler != 0)
      if (auto filled = fill_row(number, rows[number]); !filled)
        return filled;
  return {};
}

/// Of the events that are made by comparing tables, those whose tables can be read stay.
kernel_side_maker::result kernel_side_maker::find_tables() {
  const auto watched = [this](event_kind event) { return choice_.watches(event); };
  if (std::ranges::none_of(integrity_events, watched))
    return {};
  auto symbols = kernel_symbols::read();
  if (symbols)
    made_.tables_ = std::make_unique<const kernel_tables>(
        [skeleton = made_.skeleton_.get()](table_request request) {
          return read_kernel_table(*skeleton, request);
        },
        std::move(*symbols));
  for (const auto event : integrity_events)
    if (!symbols)
      choice_.cannot_show(event, symbols.error().detail);
    else if (choice_.watches(event) && made_.tables_->pointers_of(event).empty())
      choice_.cannot_show(event, "the table cannot be found in the kernel's memory");
  return choice_.anything();
}

/// The rest of the filter, when all is attached: so all events begin at once.
void kernel_side_maker::start() {
  auto& filter = made_.skeleton_->bss->filter;
  filter.ignored_tgid = config_.ignored_tgid;
  std::array<__u64, FILTER_WORDS> events{};
  for (const auto& probe : choice_.probes())
    if (const auto hook = watched_hook(probe.event))
      events[*hook / 64] |= 1ULL << *hook % 64;
  for (std::size_t word = 0; word < events.size(); ++word)
    __atomic_store_n(&filter.events[word], events[word], __ATOMIC_RELEASE);
  made_.seal_ = map_seal{*made_.skeleton_};
}

} // namespace vedette
