#pragma once

#include "actors/runner/batch_run.hpp"
#include "actors/runner/dispatch.hpp"
#include "actors/runner/loaded_signatures.hpp"
#include "actors/runner/runner.hpp"
#include "events/open_nudge.hpp"
#include "events/time_merge.hpp"
#include "runtime/frame_pool.hpp"
#include "signatures/finding_rate.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <utility>
#include <vector>

namespace vedette {

/// What a runner does with a flow; runner.cpp makes an actor of it.
class runner_state {
public:
  static constexpr auto name = "runner"; // In CAF's logs.

  explicit runner_state(runner_actor::pointer self);
  runner_state(const runner_state&) = delete;
  runner_state& operator=(const runner_state&) = delete;
  ~runner_state();

  void start(runner_setup setup);

  /// Lets go of `token` when the flow is done and its findings have been taken.
  void take(flow next, completion_ptr token);

  /// A sink waits for this: see nudged_actor.
  void nudge(time_ns until);

  [[nodiscard]] stage_status status() const;

private:
  struct served_shard {
    served_shard(std::uint32_t which, rate_limit limit) : number{which}, rate{limit} {}

    std::uint32_t number;
    std::list<batch_run> runs = {}; ///< In their order: the first leaves first.
    finding_rate rate;              ///< A process stays in its shard, whose time moves on.
    origin_actor origin = {};
    open_nudge asked = {};
    bool ended = false;
  };
  using sink_lane = lane<runner_actor, sink_actor, output>;
  struct fed_sink {
    fed_sink(runner_sink to, runner_actor::pointer self, const lane_limits& limits,
             sink_lane::on_lost lost)
        : setup{std::move(to)}, out{self, setup.to, limits, std::move(lost)},
          told(setup.streams.size()) {}

    runner_sink setup;
    sink_lane out;
    std::vector<told_stream> told; ///< By the shards' places.
  };
  /// An event of one shard that waits for the others to come as far.
  struct merged_event {
    loaded_signature* to;
    delivery what;
  };

  void add_sink(runner_sink to, const lane_limits& limits);
  void walk(batch_run& run);
  void merge(batch_run& run, std::size_t shard);
  void release();
  [[nodiscard]] nudged_actor me() const { return caf::actor_cast<nudged_actor>(self_); }
  void nudge_for_merge();
  void nudge(served_shard& one, time_ns until);
  void answered();
  void settle();
  void abandon_the_stuck();
  void leave(batch_run& run, served_shard& of);
  finding_list findings_of(batch_run& run, served_shard& of);
  void tell(fed_sink& sink, std::uint32_t stream, batch_run& run);

  runner_actor::pointer self_;
  std::string name_;
  stage_balance balance_;
  std::uint64_t findings_ = 0;
  bool merges_ = false;
  co::frame_pool frames_;
  // Coroutines use signatures and runs, and wait in the collectors of sources: they go
  // first, see the destructor.
  source_set sources_;
  loaded_signatures signatures_;
  std::vector<served_shard> shards_;
  time_merge<merged_event> merged_{0};
  time_ns newest_ = beginning_of_time; ///< Of what waits there.
  std::list<fed_sink> sinks_;
  dispatch dispatch_{signatures_};
};

} // namespace vedette
