#pragma once

#include "bpf/file_descriptor.hpp"
#include "bpf/kernel_rules.hpp"
#include "bpf/kernel_tables.hpp"
#include "bpf/map_seal.hpp"
#include "bpf/probes.hpp"
#include "bpf/ring_reader.hpp"
#include "events/event_selection.hpp"
#include "runtime/errors.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct vedette_bpf; // The skeleton: the compiled programs, embedded in this binary.
struct bpf_link;

/// bpf/ holds the programs that run in the kernel, what loads them, and the way from
/// their rings to batches. It does not know about actors or data sources.
namespace vedette {

struct kernel_config {
  unsigned shards = 2; ///< 1 … SHARDS_MAX; shard of a process: tgid % shards.
  std::size_t ring_bytes = 8 << 20; ///< Of each; a power of two, whole pages.
  /// Of watchable_events(). With forks come the task_begin records.
  std::vector<event_kind> events{
      event_kind::sched_process_fork, event_kind::sched_process_exec,
      event_kind::sched_process_exit, event_kind::security_file_open};
  /// Of those, which are wanted: of a kind without filters all. Programs drop what they can
  /// tell that nobody wants, and count it as filtered.
  event_selection filters = {};
  std::vector<std::uint16_t> dns_ports{53}; ///< What net_packet_dns looks at.
  std::uint32_t ignored_tgid = 0; ///< Usually ourselves; what it starts is reported.
  /// Where few calls are watched, those of 32-bit programs may pass unseen.
  bool waives_compat_calls = false;
  std::string only_probe = {};    ///< Where an event has a probe of this name.
  bool allow_dynptr = true;       ///< False: as on a kernel before 5.19, or 6.2 (casts).

  [[nodiscard]] std::expected<void, error> validate() const;
};

/// Which probe sees an event here, and why each better one does not (a line each).
struct chosen_probe {
  event_kind event;
  const probe* chosen;
  std::vector<std::string> refused;
  /// Of its filters, how much the programs decide.
  kernel_rules::share filtered = kernel_rules::share::nothing;

  [[nodiscard]] std::string_view blind_to() const { return chosen->blind_to; }
};

/// An event that this host's kernel cannot show, and why: a line per probe.
struct unseen_event {
  event_kind event;
  std::vector<std::string> refused;
};

/// How these probes see system calls as events of their own names, and why so: a line;
/// "": there are none among them.
std::string how_calls_are_seen(std::span<const chosen_probe> probes);

/// What became of one event in one shard: seen == filtered + lost + written.
struct event_counts {
  std::uint64_t seen = 0, filtered = 0, lost = 0, written = 0;
  std::array<std::uint64_t, COUNTS> reasons{}; ///< By enum watched_count.
};

/// The kernel's side, loaded and attached. Detaches when destroyed.
class kernel_side {
public:
  /// Errors: no_btf, no_privileges, no_probe (for none of the events), invalid_config,
  /// system; each one line with what to do. Not for several threads at once: libbpf has one log for all.
  static std::expected<kernel_side, error> load(const kernel_config& config);

  kernel_side(kernel_side&&) noexcept;
  kernel_side& operator=(kernel_side&&) = delete;
  ~kernel_side();

  /// One for each event of the config that can be seen, in its order; then task_begin's,
  /// if it is there.
  [[nodiscard]] std::span<const chosen_probe> probes() const { return probes_; }
  [[nodiscard]] std::span<const unseen_event> unseen() const { return unseen_; }
  [[nodiscard]] unsigned shards() const { return static_cast<unsigned>(rings_.size()); }
  [[nodiscard]] unsigned shard_of(std::uint32_t tgid) const { return tgid % shards(); }
  [[nodiscard]] std::expected<ring_reader, error> open_reader(unsigned shard);

  /// What a watermark must stay behind a ring_mark's clock: 0 where a record takes its
  /// time after its place in the ring (kernels since 5.19).
  [[nodiscard]] std::chrono::nanoseconds clock_margin() const { return clock_margin_; }

  /// No program runs any more when this returns; rings and counts stay readable.
  void detach();

  /// Exact once detached. Zero for what is not watched.
  [[nodiscard]] event_counts counts(event_kind event, unsigned shard) const;
  /// Runs that the kernel skipped, because a program interrupted itself: nothing of
  /// ours ran, so they are in no count. (Programs called before_… only remember what
  /// others tell: what they miss is an argument that is absent.)
  [[nodiscard]] std::uint64_t skipped_runs() const;

  /// Whose a cgroup of the v2 hierarchy is, for filters by origin. Until this is told, what
  /// happens there passes them.
  void tell_cgroup(std::uint64_t id, bool is_container) const;
  void forget_cgroup(std::uint64_t id) const;

  /// A line for each of our maps that somebody else has written to.
  [[nodiscard]] std::vector<std::string> tampering() const;

  /// A file to read the start state from, as task_begin records one after another, each
  /// padded to 8 bytes. For scan_tasks().
  [[nodiscard]] std::expected<file_descriptor, error> open_task_iterator() const;

  /// A table of the kernel's, as it is now. Not for several threads at once.
  /// Errors: unavailable.
  [[nodiscard]] std::expected<std::vector<std::uint64_t>, error>
  read_table(table_request request) const;
  /// Null unless one of integrity_events can be seen.
  [[nodiscard]] const kernel_tables* tables() const { return tables_.get(); }

private:
  struct skeleton_deleter {
    void operator()(vedette_bpf* skeleton) const;
  };
  struct link_deleter {
    void operator()(bpf_link* link) const;
  };
  using skeleton_ptr = std::unique_ptr<vedette_bpf, skeleton_deleter>;
  using link_ptr = std::unique_ptr<bpf_link, link_deleter>;
  friend class kernel_side_maker;

  kernel_side();

  std::vector<chosen_probe> probes_;
  std::vector<unseen_event> unseen_;
  std::vector<event_kind> syscalls_; ///< Watched number WATCHED_HOOKS and on.
  std::chrono::nanoseconds clock_margin_{};
  skeleton_ptr skeleton_;
  map_seal seal_;
  std::vector<file_descriptor> rings_;
  std::unique_ptr<const kernel_tables> tables_;
  link_ptr iterator_;
  std::vector<link_ptr> links_; ///< Last: what runs must stop before what it uses goes.
};

} // namespace vedette
