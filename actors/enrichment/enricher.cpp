#include "actors/enrichment/enricher.hpp"

#include "actors/flow_control.hpp"
#include "events/open_nudge.hpp"

#include <caf/stateful_actor.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <list>
#include <utility>
#include <vector>

namespace vedette {

namespace {

/// Who waits for watermarks of all shards must be told ours, whatever it has not answered;
/// it is sent no more than what we are given.
constexpr std::size_t unlimited_credits = 1024;

/// Events that may wait for the recorder: a second's, for the disk to have its moments.
constexpr std::size_t record_room = std::size_t{1} << 15U;

class enricher_state {
public:
  static constexpr auto name = "enricher";

  explicit enricher_state(enricher_actor::pointer self) : self_{self} {}

  void start(enricher_setup setup) {
    setup_ = std::move(setup);
    if (setup_.tell_cgroup)
      enrichment_.tell_cgroups(setup_.tell_cgroup);
    const auto ignore = [](const load&) {}; // Gone: the supervisor says so.
    for (const auto& source : setup_.sources)
      sources_.emplace_back(self_, source, lane_limits{unlimited_credits}, ignore);
    for (const auto& runner : setup_.runners)
      runners_.emplace_back(
          self_, runner.to,
          lane_limits{runner.merges_shards ? unlimited_credits : setup_.credits},
          [this](const load& lost) { count_dropped(lost); });
    if (setup_.recorder)
      recorder_.emplace_back(self_, setup_.recorder,
                             lane_limits{setup_.credits, when_full::drop,
                                         std::max(setup_.room, record_room)},
                             [this](const load& lost) {
                               count_dropped(lost);
                               tell_lost(setup_.record, lost);
                             });
    for (const auto& sink : setup_.sinks)
      sinks_.emplace_back(sink, self_,
                          lane_limits{setup_.credits,
                                      setup_.live ? when_full::drop : when_full::wait,
                                      setup_.room},
                          [this, &sink](const load& lost) {
                            count_dropped(lost);
                            tell_lost(sink.name, lost);
                          });
  }

  void take(raw_flow next, completion_ptr done) {
    if (next.events)
      enrichment_.attach(*next.events);
    if (enrichment_.take_unknown_cgroups() && setup_.world)
      self_->send(setup_.world, rescan_atom_v, false, true);
    if (next.origin)
      origin_ = next.origin;
    asked_.heard();
    auto settled = end_of_time; // Where nobody asks.
    for (const auto& runner : runners_)
      settled = std::min(settled, runner.settled());
    const flow frozen{next.shard, std::move(next.events), next.watermark,
                      next.last,  std::move(next.origin), settled};
    const auto wanted = count(frozen);
    for (auto& source : sources_)
      source.push(frozen, done);
    for (auto& runner : runners_)
      runner.push(frozen, done);
    for (auto& recorder : recorder_)
      recorder.push(frozen, done);
    std::size_t at = 0;
    for (auto& sink : sinks_) {
      const auto some = wanted[at++];
      const auto& events = some > 0 ? frozen.events : nullptr;
      if (sink.told.pass(frozen.watermark, events || frozen.last))
        sink.out.push({sink.setup.stream,
                       events,
                       {},
                       frozen.watermark,
                       frozen.last,
                       me(),
                       events ? events->size() - some : 0},
                      done);
      nudge_origin(sink);
    }
  }

  void nudge(time_ns until) {
    for (auto& sink : sinks_) {
      if (sink.told.ask(until))
        sink.out.push(
            {sink.setup.stream, nullptr, {}, sink.told.passed(), false, me()}, {});
      nudge_origin(sink);
    }
  }

  [[nodiscard]] stage_status status() const {
    stage_status result;
    result.name = setup_.name;
    result.balance = balance_;
    return result;
  }

private:
  struct fed_sink {
    fed_sink(const enricher_sink& to, enricher_actor::pointer self,
             const lane_limits& limits, std::function<void(const load&)> lost)
        : setup{to}, out{self, to.to, limits, std::move(lost)} {}

    const enricher_sink& setup;
    lane<enricher_actor, sink_actor, output> out;
    told_stream told;
  };

  [[nodiscard]] nudged_actor me() const { return caf::actor_cast<nudged_actor>(self_); }

  /// → how many of the events each sink takes.
  std::vector<std::size_t> count(const flow& of) {
    std::vector<std::size_t> wanted(setup_.sinks.size());
    if (!of.events)
      return wanted;
    balance_.in += of.events->size();
    for (const auto event : of.events->events()) {
      auto receivers = runners_.size() + recorder_.size();
      for (std::size_t i = 0; i < wanted.size(); ++i)
        if (setup_.sinks[i].takes.takes(event))
          (++wanted[i], ++receivers);
      balance_.out += receivers;
      if (receivers == 0)
        ++balance_.filtered;
      else
        balance_.made += receivers - 1;
    }
    return wanted;
  }

  /// The sink may wait for more than has come.
  void nudge_origin(const fed_sink& sink) {
    if (sink.told.passed() < sink.told.asked() && origin_ && asked_.ask())
      self_->send(origin_, nudge_atom_v, sink.told.asked());
  }

  void count_dropped(const load& lost) {
    balance_.out -= lost.items;
    balance_.dropped += lost.items;
  }

  void tell_lost(const std::string& sink, const load& lost) {
    if (origin_)
      self_->send(origin_, lost_atom_v, sink, std::string{"events"}, lost.items,
                  lost.since, lost.until);
  }

  enricher_actor::pointer self_;
  enricher_setup setup_;
  enrichment enrichment_;
  origin_actor origin_;
  open_nudge asked_; ///< Of the origin.
  // Lists: lanes stay where they are.
  std::list<lane<enricher_actor, any_source_actor, flow>> sources_;
  std::list<lane<enricher_actor, runner_actor, flow>> runners_;
  std::list<lane<enricher_actor, runner_actor, flow>> recorder_; ///< Or none.
  std::list<fed_sink> sinks_;
  stage_balance balance_;
};

enricher_actor::behavior_type
run_enricher(enricher_actor::stateful_pointer<enricher_state> self,
             const std::shared_ptr<enricher_setup>& setup) {
  self->state.start(std::move(*setup));
  return {
      [self](raw_flow& next) -> result<void> {
        self->state.take(std::move(next), complete_later(self));
        return caf::delegated<void>{};
      },
      [self](nudge_atom, time_ns until) { self->state.nudge(until); },
      [self](status_atom) { return self->state.status(); },
  };
}

} // namespace

enricher_actor spawn_enricher(caf::actor_system& system, enricher_setup setup) {
  return system.spawn(run_enricher, std::make_shared<enricher_setup>(std::move(setup)));
}

} // namespace vedette
