#include "bpf/kernel_side.hpp"

#include "bpf/skeleton.hpp"
#include "bpf/table_read.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace vedette {

namespace {

constexpr event_kind hooks[WATCHED_HOOKS]{
#define HOOK(identifier) event_kind::identifier,
#include "bpf/hooks.def"
#undef HOOK
};

} // namespace

std::expected<void, error> kernel_config::validate() const {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  constexpr auto most = std::size_t{1} << 31U;
  const auto wrong = [](std::string detail) {
    return std::unexpected{error{ec::invalid_config, std::move(detail)}};
  };
  if (shards < 1 || shards > SHARDS_MAX)
    return wrong("pipeline.shards: expected 1 to 256, not " + std::to_string(shards));
  if (!std::has_single_bit(ring_bytes) || ring_bytes < page || ring_bytes > most)
    return wrong("rings.total: each of the " + std::to_string(shards)
                 + " rings must be a power of two from " + std::to_string(page) + " to "
                 + std::to_string(most) + " bytes, not " + std::to_string(ring_bytes));
  for (const auto event : events)
    if (probes_of(event).empty())
      return wrong("the event " + std::string{definition_of(event).name}
                   + " cannot be watched: see `vedette list events`");
  return {};
}

std::optional<unsigned> watched_hook(event_kind event) {
  const auto* found = std::ranges::find(hooks, event);
  if (found == std::end(hooks))
    return {};
  return static_cast<unsigned>(found - std::begin(hooks));
}

void kernel_side::skeleton_deleter::operator()(vedette_bpf* skeleton) const {
  vedette_bpf__destroy(skeleton);
}

void kernel_side::link_deleter::operator()(bpf_link* link) const {
  bpf_link__destroy(link);
}

kernel_side::kernel_side() = default;
kernel_side::kernel_side(kernel_side&&) noexcept = default;
kernel_side::~kernel_side() = default;

std::expected<ring_reader, error> kernel_side::open_reader(unsigned shard) {
  return ring_reader::open(rings_.at(shard).get(), skeleton_->bss->readers[shard]);
}

void kernel_side::detach() {
  links_.clear();
  // Programs that had begun may still run: this waits until every CPU has passed a
  // point at which none does (synchronize_rcu).
  syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

event_counts kernel_side::counts(event_kind event, unsigned shard) const {
  event_counts sum;
  auto watched = watched_hook(event);
  if (!watched) {
    const auto found = std::ranges::find(syscalls_, event);
    if (found == syscalls_.end())
      return sum;
    watched = WATCHED_HOOKS + static_cast<unsigned>(found - syscalls_.begin());
  }
  const auto key = *watched * shards() + shard;
  std::vector<watched_counts> per_cpu(
      static_cast<std::size_t>(libbpf_num_possible_cpus()));
  if (bpf_map_lookup_elem(bpf_map__fd(skeleton_->maps.counts), &key, per_cpu.data())
      != 0)
    return sum;
  for (const auto& one : per_cpu)
    for (std::size_t reason = 0; reason < COUNTS; ++reason)
      sum.reasons[reason] += one.of[reason];
  sum.seen = sum.reasons[COUNT_SEEN];
  sum.written = sum.reasons[COUNT_WRITTEN];
  sum.filtered = sum.reasons[FILTERED_IGNORED] + sum.reasons[FILTERED_FAILED]
                 + sum.reasons[FILTERED_UNWANTED];
  sum.lost = sum.reasons[LOST_RING] + sum.reasons[LOST_BUFFER] + sum.reasons[LOST_GONE];
  return sum;
}

std::uint64_t kernel_side::skipped_runs() const {
  std::uint64_t sum = 0;
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, skeleton_->obj) {
    bpf_prog_info info{};
    auto size = static_cast<__u32>(sizeof(info));
    if (bpf_program__autoload(program)
        && !std::string_view{bpf_program__name(program)}.starts_with("before_")
        && bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) == 0)
      sum += info.recursion_misses;
  }
  return sum;
}

void kernel_side::tell_cgroup(std::uint64_t id, bool is_container) const {
  const __u8 owner = is_container ? 1 : 0;
  // Full: it stays unknown, and passes.
  bpf_map_update_elem(bpf_map__fd(skeleton_->maps.cgroup_owners), &id, &owner, BPF_ANY);
}

void kernel_side::forget_cgroup(std::uint64_t id) const {
  bpf_map_delete_elem(bpf_map__fd(skeleton_->maps.cgroup_owners), &id);
}

std::vector<std::string> kernel_side::tampering() const {
  return seal_.broken(*skeleton_);
}

std::expected<file_descriptor, error> kernel_side::open_task_iterator() const {
  if (!iterator_)
    return std::unexpected{error{ec::unavailable,
                                 "the kernel refused the task iterator: /proc is all "
                                 "there is to read the start state from"}};
  file_descriptor file{bpf_iter_create(bpf_link__fd(iterator_.get()))};
  if (!file.is_open())
    return std::unexpected{system_error("cannot open the task iterator", errno)};
  return file;
}

std::expected<std::vector<std::uint64_t>, error>
kernel_side::read_table(table_request request) const {
  return read_kernel_table(*skeleton_, request);
}

} // namespace vedette
