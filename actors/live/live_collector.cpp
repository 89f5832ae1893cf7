#include "actors/live/live_collector.hpp"

#include "actors/live/pace.hpp"
#include "bpf/decoder.hpp"
#include "events/own_events.hpp"
#include "runtime/boottime.hpp"
#include "runtime/wakeable_actor.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <spdlog/spdlog.h>
#include <sys/epoll.h>
#include <utility>

CAF_ADD_ATOM(vedette_collector, vedette, step_atom, "step")

namespace vedette {

namespace {

constexpr std::size_t read_bytes = 256U << 10U; ///< At a time: stays in L2.
constexpr std::chrono::milliseconds loss_interval{100};
constexpr std::chrono::seconds heart_interval{3};

using collector_shell = collector_actor::extend<caf::replies_to<step_atom>::with<void>>;

/// What the kernel's side has lost, told as events.
class loss_watch {
public:
  loss_watch(std::shared_ptr<const kernel_side> kernel, std::uint32_t shard)
      : kernel_{std::move(kernel)}, shard_{shard},
        where_{"ring " + std::to_string(shard)}, since_{boottime_ns()} {
    for (const auto& probe : kernel_->probes())
      lost_.push_back({probe.event, 0});
  }

  /// What is not known any more because of losses.
  struct hidden {
    std::size_t told = 0; ///< Records.
    bool tasks = false, cgroups = false;
  };

  /// Adds a record per kind of which more were lost since the last call, at most every
  /// loss_interval unless `now`. `losses`: of all kinds; reading the counters costs a
  /// system call per kind, and most often nothing was lost.
  hidden tell(batch_builder& to, std::uint32_t losses, bool now) {
    const auto until = boottime_ns();
    hidden result;
    if (!now && std::chrono::nanoseconds{until - since_} < loss_interval)
      return result;
    if (std::exchange(losses_, losses) != losses || now)
      tell_counters(to, until, result);
    since_ = until;
    return result;
  }

private:
  void tell_counters(batch_builder& to, std::uint64_t until, hidden& result) {
    for (auto& [kind, before] : lost_) {
      const auto lost = kernel_->counts(kind, shard_).lost;
      if (lost == before)
        continue;
      to.add(make_record(
          loss{definition_of(kind).name, lost - before, since_, until, where_}, until));
      before = lost;
      ++result.told;
      result.tasks |= is_of_tasks(kind);
      result.cgroups |= is_of_cgroups(kind);
    }
  }

  static bool is_of_tasks(event_kind kind) {
    return kind == event_kind::sched_process_fork || kind == event_kind::task_begin
           || kind == event_kind::sched_process_exec
           || kind == event_kind::sched_process_exit;
  }
  static bool is_of_cgroups(event_kind kind) {
    return kind == event_kind::cgroup_mkdir || kind == event_kind::cgroup_rmdir
           || kind == event_kind::cgroup_attach_task
           || kind == event_kind::cgroup_notice;
  }

  std::shared_ptr<const kernel_side> kernel_;
  std::uint32_t shard_;
  std::string where_;
  std::uint64_t since_;
  std::uint32_t losses_ = 0;
  std::vector<std::pair<event_kind, std::uint64_t>> lost_;
};

class live_collector final : public wakeable_actor<collector_shell> {
public:
  live_collector(caf::actor_config& config,
                 const std::shared_ptr<live_collector_setup>& setup)
      : wakeable_actor{config}, setup_{std::move(*setup)}, events_{setup_.shard,
                                                                   setup_.clock_offset},
        decoder_{decoder::of(*setup_.kernel)}, losses_{setup_.kernel, setup_.shard}, epoll_{epoll_create1(EPOLL_CLOEXEC)} {
    epoll_event level{EPOLLIN, {.u32 = 1}};
    epoll_event edge{EPOLLIN | EPOLLET, {.u32 = 0}};
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_fd(), &level);
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, setup_.ring.fd(), &edge);
  }

  const char* name() const override { return "collector"; }

protected:
  behavior_type make_behavior() override {
    return {
        [this](nudge_atom, time_ns until) { nudge(until); },
        [this](lost_atom, const std::string& where, const std::string& what,
               std::uint64_t count, time_ns since,
               time_ns until) { tell_lost(where, what, count, since, until); },
        [this](tell_atom, raw_batch_ptr& events, bool last) {
          tell(std::move(events), last);
        },
        [this](start_atom) { start(); },
        [this](stop_atom) { stop(); },
        [this](status_atom) { return status(); },
        [this](step_atom) { step(); },
    };
  }

  void on_exit() override {
    setup_.to = enricher_actor{};
    setup_.world = world_reader_actor{};
  }

private:
  static constexpr std::uint64_t millisecond = 1'000'000;
  /// While batches follow each other without a pause they wait so many times as long:
  /// each costs the same whatever is in it.
  static constexpr std::uint64_t times_as_long = 40;

  void start() {
    for (auto& part : std::exchange(setup_.start_state, {})) {
      balance_.in += part->size();
      give(std::move(part), false);
    }
    give(nullptr, false); // The first flow also tells the others where to nudge.
    send(this, step_atom_v);
  }

  /// One turn: sleep if there is nothing to do, then read at most read_bytes.
  void step() {
    if (stopped_)
      return;
    const bool ripe = sleep();
    calm_down();
    beat();
    if (!mark_ && ripe) {
      due_ns_ = 0;
      pace_.went(boottime_ns());
      mark_ = setup_.ring.mark();
      tell_losses(false);
    }
    if (mark_)
      read();
    send(this, step_atom_v);
  }

  /// Nobody waits for what is still to come: that is not asked for.
  void nudge(time_ns until) { asked_ = std::max(asked_, std::min(until, now())); }

  [[nodiscard]] time_ns now() const {
    return time_ns{std::chrono::nanoseconds{boottime_ns()} + setup_.clock_offset};
  }

  /// What counts is what the others were told: how far this actor itself has come they
  /// cannot know.
  [[nodiscard]] bool nudged() const { return asked_ > told_; }

  /// Until there is something to do: for ever while nothing happens, and from the first
  /// record on until a batch is worth it or its time is over. → whether to read.
  /// Who waits for an answer need not wait for more events, but keeps the pace: two shards
  /// whose events ask would wake each other up without end.
  /// Messages are heard in between, but do not make a batch go sooner: the answer to
  /// the one before would, and what goes through the pipeline is paid for by the batch.
  bool sleep() {
    if (mark_)
      return true;
    if (nudged())
      return is_due(pace_.next());
    if (outstanding_ >= setup_.ring.size() / 4) {
      wait(until_beat()); // Credit or a nudge will come as a message.
      return false;
    }
    if (due_ns_ == 0 && setup_.ring.available() == 0 && setup_.ring.arm(1)) {
      wait(until_beat());
      setup_.ring.disarm();
      if (setup_.ring.available() == 0)
        return false;
    }
    if (due_ns_ == 0)
      due_ns_ = std::max(boottime_ns() + latency(), pace_.next());
    return is_due(due_ns_);
  }

  /// Milliseconds; -1: there is nothing to do then.
  [[nodiscard]] int until_beat() const {
    if (!setup_.heart)
      return -1;
    const auto now = boottime_ns();
    return now >= beat_ns_ ? 0 : static_cast<int>((beat_ns_ - now) / millisecond + 1);
  }

  void beat() {
    if (!setup_.heart || boottime_ns() < beat_ns_)
      return;
    beat_ns_ = boottime_ns() + std::chrono::nanoseconds{heart_interval}.count();
    for (const auto& wrong : setup_.heart->beat()) {
      spdlog::error("{}: {}", setup_.name, wrong);
      add(make_record(state_change{setup_.name, "blind", wrong}, boottime_ns()));
    }
    if (setup_.integrity)
      for (const auto& hooked : setup_.integrity->beat(boottime_ns()))
        add(hooked);
  }

  /// What is no record of the ring's, and is to be told soon.
  void add(std::span<const std::byte> record) {
    events_.add(record);
    ++balance_.made;
    asked_ = std::max(asked_, now());
  }

  /// Waits until then, or for the batch to be worth it. → whether it is.
  bool is_due(std::uint64_t due) {
    const auto now = boottime_ns();
    if (now < due && setup_.ring.arm(worth_it())) {
      const bool message = wait(static_cast<int>((due - now + millisecond - 1) / millisecond));
      setup_.ring.disarm();
      if (message && boottime_ns() < due)
        return false;
    }
    return true;
  }

  [[nodiscard]] std::uint64_t latency() const {
    return static_cast<std::uint64_t>(setup_.latency.count()) * millisecond;
  }

  /// So many bytes do not wait: a wake-up costs little beside what is in them.
  [[nodiscard]] std::size_t worth_it() const {
    return std::min(setup_.ring.size() / 4, std::size_t{1} << 19U);
  }

  /// → whether there are messages.
  bool wait(int milliseconds) {
    std::array<epoll_event, 2> woken{};
    const auto count =
        epoll_wait(epoll_.get(), woken.data(), woken.size(), milliseconds);
    return std::ranges::any_of(
        std::span{woken}.first(static_cast<std::size_t>(std::max(count, 0))),
        [](const epoll_event& one) { return one.data.u32 != 0; });
  }

  /// Reads on towards the mark; when it is reached, so is its time.
  void read() {
    const auto borrowed = setup_.ring.borrow(read_bytes, mark_->position);
    balance_.in += decoder_.decode(borrowed.frames, events_);
    setup_.ring.release(borrowed);
    if (borrowed.end == borrow_end::position) {
      const auto passed = static_cast<std::int64_t>(mark_->clock_ns) - 1
                          - setup_.kernel->clock_margin().count();
      watermark_ = time_ns{std::chrono::nanoseconds{passed} + setup_.clock_offset};
      mark_.reset();
      if (!events_.empty() || (nudged() && watermark_ >= asked_))
        give(events_.empty() ? nullptr : events_.take(), false);
    } else if (events_.size() >= setup_.batch_events) {
      give(events_.take(), false);
    }
  }

  void tell_losses(bool now) {
    const auto hidden = losses_.tell(events_, setup_.ring.losses(), now);
    balance_.made += hidden.told;
    if (setup_.world && (hidden.tasks || hidden.cgroups))
      send(setup_.world, rescan_atom_v, hidden.tasks, hidden.cgroups);
  }

  /// The kernel's side has been detached: what is in the ring is all there will be. But
  /// for what sources make of it.
  void stop() {
    if (std::exchange(stopped_, true))
      return;
    do {
      mark_ = setup_.ring.mark();
      while (mark_)
        read();
    } while (setup_.ring.available() > 0);
    setup_.world = world_reader_actor{};
    tell_losses(true);
    watermark_ = end_of_time;
    give(events_.empty() ? nullptr : events_.take(), setup_.tellers == 0);
  }

  /// Goes down at once: somebody may wait for it.
  void tell(raw_batch_ptr events, bool last) {
    const bool ended = stopped_ && setup_.tellers == 0;
    if (ended)
      return;
    if (events) {
      const auto now = std::chrono::nanoseconds{boottime_ns()} + setup_.clock_offset;
      events->stamp(static_cast<std::uint64_t>((now - events->clock_offset()).count()));
      balance_.made += events->size();
    }
    if (last)
      --setup_.tellers;
    const bool ends = stopped_ && setup_.tellers == 0;
    if (events || ends)
      give(std::move(events), ends);
  }

  /// It happened in the past, and is told now: the shard's time does not go back.
  void tell_lost(const std::string& where, const std::string& what, std::uint64_t count,
                 time_ns since, time_ns until) {
    if (stopped_)
      return;
    const auto raw = [this](time_ns at) {
      return static_cast<std::uint64_t>(
          (at.time_since_epoch() - setup_.clock_offset).count());
    };
    events_.add(
        make_record(loss{what, count, raw(since), raw(until), where}, boottime_ns()));
    ++balance_.made;
  }

  void give(raw_batch_ptr events, bool last) {
    told_ = watermark_;
    const auto bytes = events ? events->bytes() : 0;
    if (events) {
      balance_.out += events->size();
      events->place_at(std::exchange(position_, position_ + events->size()));
    }
    raw_flow next{setup_.shard, std::move(events), watermark_, last,
                  caf::actor_cast<origin_actor>(this)};
    if (bytes == 0) { // No credit is to come back: an answer would wake us for nothing.
      send(setup_.to, std::move(next));
      return;
    }
    outstanding_ += bytes;
    const auto answered = [this, bytes] { outstanding_ -= bytes; };
    request(setup_.to, caf::infinite, std::move(next))
        .then(answered, [answered](const caf::error&) { answered(); });
  }

  [[nodiscard]] stage_status status() const {
    stage_status result;
    result.name = setup_.name;
    result.balance = balance_;
    result.balance.made += decoder_.made();
    result.balance.filtered += decoder_.filtered();
    for (const auto& probe : setup_.kernel->probes()) {
      const auto counted = setup_.kernel->counts(probe.event, setup_.shard);
      result.events[std::string{definition_of(probe.event).name}] = {
          counted.seen, counted.filtered, counted.lost,
          decoder_.delivered(probe.event)};
    }
    result.skipped =
        decoder_.corrupt() + decoder_.broken() + setup_.ring.corrupt_frames();
    return result;
  }

  live_collector_setup setup_;
  batch_builder events_;
  decoder decoder_;
  loss_watch losses_;
  file_descriptor epoll_;
  std::optional<ring_mark> mark_;
  time_ns watermark_ = beginning_of_time;
  std::size_t outstanding_ = 0;       ///< Bytes that nobody has answered for.
  std::uint64_t position_ = 0;        ///< Of the next event among the shard's.
  time_ns told_ = beginning_of_time;  ///< The watermark that the others know.
  time_ns asked_ = beginning_of_time; ///< Somebody waits for a watermark of this.
  pace pace_{times_as_long * latency()}; ///< Of batches.
  std::uint64_t due_ns_ = 0;  ///< When what waits in the ring must go; 0: nothing did.
  std::uint64_t beat_ns_ = 0; ///< When the heart is to beat.
  bool stopped_ = false;
  stage_balance balance_;
};

} // namespace

collector_actor spawn_live_collector(caf::actor_system& system,
                                     live_collector_setup setup) {
  return system.spawn<live_collector, caf::detached>(
      std::make_shared<live_collector_setup>(std::move(setup)));
}

} // namespace vedette
