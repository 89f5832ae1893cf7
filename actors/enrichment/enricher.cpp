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
      sources_.emplace_back(source, self_, ignore);
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
    shard_ = next.shard;
    passed_ = std::max(passed_, next.watermark);
    const flow frozen{next.shard,     std::move(next.events),
                      next.watermark, next.last,
                      as_origin(),    settled()};
    const auto wanted = count(frozen);
    for (auto& source : sources_)
      feed(source, frozen, done);
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
                       as_origin(),
                       events ? events->size() - some : 0},
                      done);
      nudge_origin(sink.told.asked());
    }
  }

  /// `by` waits: a source and a sink are told, others know.
  void nudge(const caf::strong_actor_ptr& by, time_ns until) {
    for (auto& source : sources_)
      if (source.setup.to == by && source.told.ask(until))
        source.out.push({shard_, nullptr, passed_, false, as_origin(), settled()}, {});
    for (auto& sink : sinks_)
      if (sink.setup.to == by && sink.told.ask(until))
        sink.out.push({sink.setup.stream, nullptr, {}, passed_, false, as_origin()},
                      {});
    nudge_origin(until);
  }

  /// For the origin.
  template <class... Ts>
  void pass_on(Ts&&... content) {
    if (origin_)
      self_->send(origin_, std::forward<Ts>(content)...);
  }

  [[nodiscard]] stage_status status() const {
    stage_status result;
    result.name = setup_.name;
    result.balance = balance_;
    return result;
  }

private:
  struct fed_source {
    fed_source(const enricher_source& to, enricher_actor::pointer self,
               std::function<void(const load&)> lost)
        : setup{to}, out{self, to.to, lane_limits{unlimited_credits}, std::move(lost)} {
    }

    [[nodiscard]] bool learns_from(const batch_ptr& events) const {
      return events
             && (setup.learns_from == nullptr
                 || std::ranges::any_of(events->events(), setup.learns_from));
    }

    const enricher_source& setup;
    lane<enricher_actor, any_source_actor, flow> out;
    told_stream told;
  };
  struct fed_sink {
    fed_sink(const enricher_sink& to, enricher_actor::pointer self,
             const lane_limits& limits, std::function<void(const load&)> lost)
        : setup{to}, out{self, to.to, limits, std::move(lost)} {}

    const enricher_sink& setup;
    lane<enricher_actor, sink_actor, output> out;
    told_stream told;
  };

  /// Those behind us need know nobody else.
  [[nodiscard]] origin_actor as_origin() const {
    return caf::actor_cast<origin_actor>(self_);
  }

  /// Up to when those who ask are done; for ever, where nobody asks.
  [[nodiscard]] time_ns settled() const {
    auto until = end_of_time;
    for (const auto& runner : runners_)
      until = std::min(until, runner.settled());
    return until;
  }

  void feed(fed_source& source, const flow& all, const completion_ptr& done) {
    const bool learns = source.learns_from(all.events);
    // Of the end of time it makes what it has still to tell.
    if (source.told.pass(all.watermark,
                         learns || all.watermark == end_of_time || all.last)) {
      auto part = all;
      if (!learns)
        part.events = nullptr;
      source.out.push(std::move(part), done);
    }
    // Who waits still asks again: of a question about the future only it knows when its
    // time is over.
  }

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

  /// Somebody may wait for more than has come.
  void nudge_origin(time_ns until) {
    if (passed_ < until && origin_ && asked_.ask())
      self_->send(origin_, nudge_atom_v, until);
  }

  void count_dropped(const load& lost) {
    balance_.out -= lost.items;
    balance_.dropped += lost.items;
  }

  void tell_lost(const std::string& sink, const load& lost) {
    pass_on(lost_atom_v, sink, std::string{"events"}, lost.items, lost.since,
            lost.until);
  }

  enricher_actor::pointer self_;
  enricher_setup setup_;
  enrichment enrichment_;
  std::uint32_t shard_ = 0;
  time_ns passed_ = beginning_of_time;
  origin_actor origin_;
  open_nudge asked_; ///< Of the origin.
  // Lists: lanes stay where they are.
  std::list<fed_source> sources_;
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
      [self](nudge_atom, time_ns until) {
        self->state.nudge(self->current_sender(), until);
      },
      [self](lost_atom lost, std::string& where, std::string& what, std::uint64_t count,
             time_ns since, time_ns until) {
        self->state.pass_on(lost, std::move(where), std::move(what), count, since,
                            until);
      },
      [self](tell_atom tell, raw_batch_ptr& events, bool last) {
        self->state.pass_on(tell, std::move(events), last);
      },
      [self](status_atom) { return self->state.status(); },
  };
}

} // namespace

enricher_actor spawn_enricher(caf::actor_system& system, enricher_setup setup) {
  return system.spawn(run_enricher, std::make_shared<enricher_setup>(std::move(setup)));
}

} // namespace vedette
