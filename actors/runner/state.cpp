#include "actors/runner/state.hpp"

#include "actors/flow_control.hpp"

#include <algorithm>
#include <spdlog/spdlog.h>

namespace vedette {

namespace {

/// One run's handlers went on so often while it was the oldest: that is an endless loop.
constexpr std::size_t most_rounds = 100'000;

} // namespace

runner_state::runner_state(runner_actor::pointer self)
    : self_{self}, sources_{self, [this] { answered(); }} {}

runner_state::~runner_state() {
  dispatch_.clear();
  signatures_.close(false);
}

void runner_state::start(runner_setup setup) {
  name_ = std::move(setup.name);
  merges_ = setup.merges_shards;
  for (const auto number : setup.shards)
    shards_.emplace_back(number, setup.rate);
  merged_ = time_merge<merged_event>{shards_.size()};
  for (auto& source : setup.sources)
    sources_.add(std::move(source));
  for (auto& to : setup.sinks)
    add_sink(std::move(to),
             {setup.credits, setup.live ? when_full::drop : when_full::wait, setup.room});
  signatures_.load(std::move(setup.signatures), sources_);
}

void runner_state::add_sink(runner_sink to, const lane_limits& limits) {
  auto lost = [this, sink_name = to.name](const load& content) {
    balance_.out -= content.items;
    balance_.dropped += content.items;
    for (const auto& shard : shards_) // Any of them tells everybody.
      if (shard.origin)
        return self_->send(shard.origin, lost_atom_v, sink_name, std::string{"findings"},
                           content.items, content.since, content.until);
  };
  sinks_.emplace_back(std::move(to), self_, limits, std::move(lost));
}

void runner_state::take(flow next, completion_ptr token) {
  const auto shard = std::ranges::find(shards_, next.shard, &served_shard::number);
  if (shard == shards_.end() || shard->ended) {
    const auto events = next.events ? next.events->size() : 0;
    balance_.in += events;
    balance_.filtered += events;
    spdlog::error(
        "{} was given {} events of shard {}, which it does not serve or which "
        "has ended",
        name_, events, next.shard);
    return;
  }
  const co::frame_pool::use pool{frames_};
  if (next.origin)
    shard->origin = next.origin;
  shard->asked.heard();
  auto& run = shard->runs.emplace_back(std::move(next), std::move(token));
  const auto index = static_cast<std::size_t>(shard - shards_.begin());
  if (merges_)
    merge(run, index);
  else if (run.input().events)
    walk(run);
  settle();
}

void runner_state::walk(batch_run& run) {
  for (const auto event : run.input().events->events()) {
    bool given = false;
    const delivery next{event, &run};
    signatures_.for_each(event, [&](loaded_signature& one) {
      given = true;
      dispatch_.deliver(one, next);
    });
    ++(given ? balance_.out : balance_.filtered);
  }
  balance_.in += run.input().events->size();
}

/// Keeps what signatures select until all shards have come as far.
void runner_state::merge(batch_run& run, std::size_t shard) {
  if (const auto& events = run.input().events) {
    balance_.in += events->size();
    for (const auto event : events->events()) {
      bool given = false;
      signatures_.for_each(event, [&](loaded_signature& one) {
        given = true;
        ++run.open;
        newest_ = std::max(newest_, event.visible_at());
        merged_.push({event.visible_at(), event.position(), static_cast<std::uint32_t>(shard)},
                     {&one, {event, &run}});
      });
      ++(given ? balance_.out : balance_.filtered);
    }
  }
  merged_.advance(shard, run.input().last ? end_of_time : run.input().watermark);
}

/// Handles what every shard has passed.
void runner_state::release() {
  merged_.release([this](const moment&, const merged_event& next) {
    if (!next.to->disabled)
      dispatch_.deliver(*next.to, next.what);
    --next.what.run->open;
  });
}

void runner_state::nudge(time_ns until) {
  for (std::size_t i = 0; i < shards_.size(); ++i)
    for (auto& sink : sinks_) {
      auto& told = sink.told[i];
      if (shards_[i].ended)
        continue;
      if (told.ask(until))
        sink.out.push({sink.setup.streams[i], nullptr, {}, told.passed(), false, me()},
                      {});
      if (told.passed() < until)
        nudge(shards_[i], until);
    }
}

/// Asks shards that lag how far they are.
void runner_state::nudge_for_merge() {
  if (merged_.pending() == 0)
    return;
  for (std::size_t i = 0; i < shards_.size(); ++i)
    if (!shards_[i].ended && merged_.watermark_of(i) < newest_)
      nudge(shards_[i], newest_);
}

void runner_state::nudge(served_shard& one, time_ns until) {
  if (one.origin && one.asked.ask())
    self_->send(one.origin, nudge_atom_v, until);
}

/// Coroutines have gone on: those of the oldest runs cannot do so without end.
void runner_state::answered() {
  for (auto& shard : shards_)
    if (!shard.runs.empty())
      ++shard.runs.front().rounds;
  settle();
}

/// Coroutines have run as far as they can: starts what waited for them, sends what they
/// ask, lets go of the flows that are done. Never called from one of them.
void runner_state::settle() {
  const co::frame_pool::use pool{frames_};
  if (merges_)
    release();
  dispatch_.go_on();
  sources_.flush();
  abandon_the_stuck();
  for (auto& shard : shards_)
    while (!shard.runs.empty() && shard.runs.front().open == 0) {
      leave(shard.runs.front(), shard);
      shard.runs.pop_front();
    }
  if (merges_)
    nudge_for_merge();
  if (std::ranges::all_of(shards_, &served_shard::ended))
    signatures_.close(true);
}

/// Handlers wait for answers of data sources and for nothing else. Where none is still to
/// come, or one asks without end, nobody else shall wait for ever.
void runner_state::abandon_the_stuck() {
  while (dispatch_.suspended() > 0 && sources_.idle()) {
    dispatch_.abandon("it waits for something that is no answer of a data source");
    dispatch_.go_on();
    sources_.flush();
  }
  for (auto& shard : shards_)
    if (!shard.runs.empty() && shard.runs.front().rounds > most_rounds) {
      dispatch_.abandon("it asks data sources without end", &shard.runs.front());
      dispatch_.go_on();
      sources_.flush();
    }
}

/// Findings and watermark go to the sinks.
void runner_state::leave(batch_run& run, served_shard& of) {
  const auto& input = run.input();
  of.ended = input.last;
  auto findings = findings_of(run, of);
  const bool has_content = !findings.empty() || input.last;
  const auto index = static_cast<std::size_t>(&of - shards_.data());
  for (auto& sink : sinks_) {
    const auto stream = sink.setup.streams.at(index);
    if (sink.setup.takes_disabled)
      tell(sink, stream, run);
    balance_.made += findings.size();
    balance_.out += findings.size();
    if (sink.told[index].pass(input.watermark, has_content))
      sink.out.push({stream, nullptr,
                     &sink == &sinks_.back() ? std::move(findings) : findings,
                     input.watermark, input.last, me()},
                    run.token());
    if (sink.told[index].passed() < sink.told[index].asked())
      nudge(of, sink.told[index].asked());
  }
}

/// What has become of signatures; it comes before the watermark that it stands under.
void runner_state::tell(fed_sink& sink, std::uint32_t stream, batch_run& run) {
  for (const auto& notice : run.notices) {
    ++balance_.made;
    ++balance_.out;
    sink.out.push({stream, notice, {}, beginning_of_time, false, me()}, run.token());
  }
}

finding_list runner_state::findings_of(batch_run& run, served_shard& of) {
  finding_list result;
  const auto add = [&](finding summary) { result.push_back(std::move(summary)); };
  run.take_findings([&](std::uint32_t signature, event_ref cause, finding_data data) {
    finding found{signatures_[signature].record->metadata, std::move(cause), std::move(data)};
    of.rate.advance(found.cause.view().visible_at(), add);
    if (of.rate.admits(signature, found))
      result.push_back(std::move(found));
  });
  of.rate.advance(run.input().last ? end_of_time : run.input().watermark, add);
  findings_ += result.size();
  return result;
}

stage_status runner_state::status() const {
  stage_status result;
  result.name = name_;
  result.balance = balance_;
  result.findings = findings_;
  result.signatures = signatures_.status();
  for (const auto& shard : shards_)
    result.suppressed += shard.rate.suppressed();
  for (const auto& sink : sinks_)
    result.to.push_back(sink.setup.name);
  return result;
}

} // namespace vedette
