#include "actors/enricher.hpp"

#include "actors/enrichment.hpp"
#include "actors/flow_control.hpp"

#include <caf/stateful_actor.hpp>

#include <algorithm>
#include <list>
#include <limits>
#include <utility>

namespace vedette {

namespace {

/// Sources answer at once, and are sent no more than what we are given.
constexpr std::size_t source_credits = 1024;

class enricher_state {
public:
  static constexpr auto name = "enricher";

  explicit enricher_state(enricher_actor::pointer self) : self_{self} {}

  void start(enricher_setup setup) {
    setup_ = std::move(setup);
    const auto ignore = [](const load&) {}; // Gone: the supervisor says so.
    for (const auto& source : setup_.sources)
      sources_.emplace_back(self_, source, source_credits, when_full::wait, ignore);
    for (const auto& runner : setup_.runners)
      runners_.emplace_back(self_, runner, setup_.credits, when_full::wait, ignore);
    for (const auto& sink : setup_.sinks)
      sinks_.emplace_back(
          self_, sink.to, setup_.credits,
          setup_.live ? when_full::drop : when_full::wait,
          [this, &sink](const load& lost) { count_lost(sink.name, lost); });
  }

  void take(raw_flow next, completion_ptr done) {
    if (next.events)
      enrichment_.attach(*next.events);
    origin_ = next.origin;
    const flow frozen{next.shard, std::move(next.events), next.watermark, next.last,
                      std::move(next.origin)};
    count(frozen);
    for (auto& source : sources_)
      source.push(frozen, done);
    for (auto& runner : runners_)
      runner.push(frozen, done);
    auto lane = sinks_.begin();
    for (const auto& sink : setup_.sinks) {
      const bool some = wants_some(sink.takes, frozen);
      (lane++)->push({sink.stream, some ? frozen.events : nullptr, {}, frozen.watermark,
                      frozen.last, frozen.origin},
                     done);
    }
  }

  [[nodiscard]] stage_status status() const {
    stage_status result;
    result.name = setup_.name;
    result.balance = balance_;
    return result;
  }

private:
  static bool wants_some(const sink_takes& takes, const flow& of) {
    return of.events && std::ranges::any_of(of.events->events(), [&](event_view event) {
             return takes.takes(event.kind());
           });
  }

  void count(const flow& of) {
    if (!of.events)
      return;
    balance_.in += of.events->size();
    for (const auto event : of.events->events()) {
      const auto kind = event.kind();
      const bool internal = kind != event_kind::unknown
                            && definition_of(kind).made_by == event_class::internal;
      const bool wanted =
          !internal
          && (!runners_.empty()
              || std::ranges::any_of(setup_.sinks, [kind](const auto& sink) {
                   return sink.takes.takes(kind);
                 }));
      ++(wanted ? balance_.out : balance_.filtered);
    }
  }

  void count_lost(const std::string& sink, const load& lost) {
    if (origin_)
      self_->send(origin_, lost_atom_v, sink, std::string{"events"}, lost.items,
                  lost.since, lost.until);
  }

  enricher_actor::pointer self_;
  enricher_setup setup_;
  enrichment enrichment_;
  origin_actor origin_;
  // Lists: lanes stay where they are.
  std::list<lane<enricher_actor, any_source_actor, flow>> sources_;
  std::list<lane<enricher_actor, runner_actor, flow>> runners_;
  std::list<lane<enricher_actor, sink_actor, output>> sinks_;
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
      [self](status_atom) { return self->state.status(); },
  };
}

} // namespace

enricher_actor spawn_enricher(caf::actor_system& system, enricher_setup setup) {
  return system.spawn(run_enricher, std::make_shared<enricher_setup>(std::move(setup)));
}

} // namespace vedette
