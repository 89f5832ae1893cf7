#include "actors/live/recorder.hpp"

#include "events/capture/capture_writer.hpp"
#include "events/open_nudge.hpp"

#include <caf/stateful_actor.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

CAF_ADD_ATOM(vedette_recorder, vedette, close_atom, "close")

namespace vedette {

namespace {

constexpr std::chrono::milliseconds block_time{250};

using recorder_shell =
    runner_actor::extend<caf::replies_to<close_atom>::with<void>>;

class recorder_state {
public:
  static constexpr auto name = "recorder";

  explicit recorder_state(recorder_shell::pointer self) : self_{self} {}

  void start(recorder_setup setup) {
    setup_ = std::move(setup);
    shards_.resize(setup_.facts.shards);
    open_ = shards_.size();
    writer_.emplace(setup_.facts, bytes_);
    put();
  }

  void take(const flow& next) {
    if (next.events)
      balance_.in += next.events->size();
    if (open_ == 0) { // What runtimes say may come after the end.
      balance_.filtered += next.events ? next.events->size() : 0;
      return;
    }
    if (next.events && !next.events->empty()) {
      writer_->add(*next.events, bytes_);
      waiting_ += next.events->size();
      newest_ = std::max(newest_, (*next.events)[next.events->size() - 1].time());
    }
    if (next.shard < shards_.size())
      note(shards_[next.shard], next);
    if (open_ == 0)
      writer_->finish(bytes_);
    put();
    if (open_ == 0)
      self_->send(setup_.supervisor, ended_atom_v, setup_.name);
    else if (writer_->has_open() && !std::exchange(due_, true))
      self_->delayed_send(self_, block_time, close_atom_v);
  }

  /// The open blocks are old enough.
  void close() {
    due_ = false;
    if (open_ == 0)
      return;
    nudge();
    writer_->flush(bytes_);
    put();
  }

  [[nodiscard]] stage_status status() const {
    stage_status result;
    result.name = setup_.name;
    result.balance = balance_;
    return result;
  }

private:
  struct shard {
    origin_actor origin;
    time_ns watermark = beginning_of_time;
    open_nudge asked;
    bool ended = false;
  };

  void note(shard& from, const flow& next) {
    writer_->advance(next.shard, next.watermark);
    from.watermark = std::max(from.watermark, next.watermark);
    from.asked.heard();
    from.origin = next.origin;
    if (next.last && !std::exchange(from.ended, true)) {
      from.origin = origin_actor{};
      --open_;
    }
  }

  /// Who replays must know that nothing has come from a shard, too, or waits for it.
  void nudge() {
    for (auto& one : shards_) {
      if (one.watermark < newest_ && one.origin && one.asked.ask())
        self_->send(one.origin, nudge_atom_v, newest_);
    }
  }

  void put() {
    if (bytes_.empty())
      return;
    auto done = failed_ ? std::expected<void, error>{} : setup_.to->write(bytes_);
    if (!done) {
      failed_ = true;
      self_->send(setup_.supervisor, ended_atom_v, setup_.name, std::move(done.error()));
    }
    // What is still in an open block counts as written with what is before it.
    (failed_ ? balance_.dropped : balance_.out) += std::exchange(waiting_, 0);
    bytes_.clear();
  }

  recorder_shell::pointer self_;
  recorder_setup setup_;
  std::optional<capture_writer> writer_;
  std::string bytes_;
  std::vector<shard> shards_;
  std::size_t open_ = 0; ///< Shards that have not ended.
  time_ns newest_ = beginning_of_time;
  std::uint64_t waiting_ = 0; ///< Events that were not in a balance yet.
  bool due_ = false;          ///< That blocks are closed is on its way.
  bool failed_ = false;
  stage_balance balance_;
};

recorder_shell::behavior_type
run_recorder(recorder_shell::stateful_pointer<recorder_state> self,
             const std::shared_ptr<recorder_setup>& setup) {
  self->state.start(std::move(*setup));
  return {
      [self](const flow& next) { self->state.take(next); },
      [](nudge_atom, time_ns) {}, // Nobody is behind it.
      [self](status_atom) { return self->state.status(); },
      [self](close_atom) { self->state.close(); },
  };
}

} // namespace

runner_actor spawn_recorder(caf::actor_system& system, recorder_setup setup) {
  const auto own_thread = setup.own_thread;
  auto shared = std::make_shared<recorder_setup>(std::move(setup));
  if (own_thread)
    return system.spawn<caf::detached>(run_recorder, std::move(shared));
  return system.spawn(run_recorder, std::move(shared));
}

} // namespace vedette
