#pragma once

#include "actors/batch_run.hpp"
#include "actors/runner.hpp"
#include "actors/runner_signatures.hpp"
#include "runtime/frame_pool.hpp"
#include "runtime/scope.hpp"

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

  [[nodiscard]] stage_status status() const;

private:
  struct served_shard {
    std::uint32_t number;
    std::list<batch_run> runs = {}; ///< In their order: the first leaves first.
    bool ended = false;
  };
  using sink_lane = lane<runner_actor, sink_actor, output>;
  struct fed_sink {
    fed_sink(runner_sink to, runner_actor::pointer self, const lane_limits& limits,
             sink_lane::on_lost lost)
        : setup{std::move(to)}, out{self, setup.to, limits, std::move(lost)} {}

    runner_sink setup;
    sink_lane out;
  };
  /// A handler of a serial signature that has ended after a suspension.
  struct ended_handler {
    loaded_signature* in;
    entity_id process;
  };

  void add_sink(runner_sink to, const lane_limits& limits);
  void walk(batch_run& run);
  void deliver(loaded_signature& to, delivery next);
  bool start(loaded_signature& in, delivery next);
  bool run_handler(loaded_signature& in, delivery next);
  handled call(loaded_signature& in, delivery next);
  void end(loaded_signature& in, delivery one, const std::exception_ptr& failure);
  void go_on(loaded_signature& in, entity_id process);
  void settle();
  void leave(batch_run& run, served_shard& of);
  finding_list findings_of(batch_run& run);

  runner_actor::pointer self_;
  std::string name_;
  origin_actor origin_; ///< Of the newest flow: it tells of what is lost.
  stage_balance balance_;
  std::uint64_t findings_ = 0;
  co::frame_pool frames_;
  // Coroutines use signatures and runs, and wait in the collectors of sources: they go
  // first, see the destructor.
  source_set sources_;
  runner_signatures signatures_;
  std::vector<ended_handler> ended_; ///< Since the last settle().
  std::list<fed_sink> sinks_;
  std::vector<served_shard> shards_;
  co::scope handlers_;
};

} // namespace vedette
