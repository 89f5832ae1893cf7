#include "actors/runner_state.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <spdlog/spdlog.h>

namespace vedette {

runner_state::runner_state(runner_actor::pointer self)
    : self_{self}, sources_{self, [this] { settle(); }} {}

runner_state::~runner_state() {
  handlers_.clear();
  signatures_.close(false);
}

void runner_state::start(runner_setup setup) {
  name_ = std::move(setup.name);
  for (const auto number : setup.shards)
    shards_.push_back({number});
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
    if (origin_)
      self_->send(origin_, lost_atom_v, sink_name, std::string{"findings"}, content.items,
                  content.since, content.until);
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
    origin_ = next.origin;
  auto& run = shard->runs.emplace_back(std::move(next), std::move(token));
  if (run.input().events)
    walk(run);
  settle();
}

void runner_state::walk(batch_run& run) {
  for (const auto event : run.input().events->events()) {
    bool given = false;
    signatures_.for_each(event, [&](loaded_signature& one) {
      given = true;
      deliver(one, {event, &run});
    });
    ++(given ? balance_.out : balance_.filtered);
  }
  balance_.in += run.input().events->size();
}

/// Handles an event, now or after the earlier ones of its process.
void runner_state::deliver(loaded_signature& to, delivery next) {
  ++to.events;
  if (!to.serial) {
    start(to, next);
    return;
  }
  const auto process = next.event.process();
  if (const auto earlier = to.suspended.find(process); earlier != to.suspended.end()) {
    ++next.run->open;
    earlier->second.push_back(next);
  } else if (!start(to, next)) {
    to.suspended.try_emplace(process);
  }
}

/// Whether the event has been handled without suspension.
bool runner_state::start(loaded_signature& in, delivery next) {
  if (in.events % loaded_signature::sample != 0)
    return run_handler(in, next);
  const auto begin = std::chrono::steady_clock::now();
  const bool ended = run_handler(in, next);
  in.sampled += std::chrono::steady_clock::now() - begin;
  return ended;
}

bool runner_state::run_handler(loaded_signature& in, delivery next) {
  auto handler = call(in, next);
  if (!handler)
    return true;
  ++next.run->open;
  const auto ended_before = ended_.size();
  handlers_.start(std::move(handler),
                  [this, &in, next](const auto& failure) { end(in, next, failure); });
  if (ended_.size() == ended_before)
    return false;
  ended_.pop_back(); // Nobody has come to wait for it.
  return true;
}

/// Gives the event to the signature: what is left to do then is not begun yet.
handled runner_state::call(loaded_signature& in, delivery next) {
  const auto place = batch_run::place(next.event, in.number, signatures_.size());
  try {
    auto handler = in.code->on_event(next.event, {*next.run, place});
    if (!handler)
      in.failed_in_row = 0;
    return handler;
  } catch (...) {
    in.failed_on(next.event, std::current_exception());
    return {};
  }
}

void runner_state::end(loaded_signature& in, delivery one,
                       const std::exception_ptr& failure) {
  if (failure)
    in.failed_on(one.event, failure);
  else
    in.failed_in_row = 0;
  --one.run->open;
  if (in.serial)
    ended_.push_back({&in, one.event.process()});
}

/// Handles the events that waited for one of their process, up to the next that
/// suspends. A loop: recursion would take as much stack as there are events.
void runner_state::go_on(loaded_signature& in, entity_id process) {
  const auto found = in.suspended.find(process);
  for (auto& later = found->second; !later.empty();) {
    const auto next = later.front();
    later.pop_front();
    --next.run->open;
    if (!in.disabled && !start(in, next))
      return;
  }
  in.suspended.erase(found);
}

/// Coroutines have run as far as they can: starts what waited for them, sends what they
/// ask, lets go of the flows that are done. Never called from one of them.
void runner_state::settle() {
  const co::frame_pool::use pool{frames_};
  for (const auto& [signature, process] : std::exchange(ended_, {}))
    go_on(*signature, process);
  sources_.flush();
  for (auto& shard : shards_)
    while (!shard.runs.empty() && shard.runs.front().open == 0) {
      leave(shard.runs.front(), shard);
      shard.runs.pop_front();
    }
  if (std::ranges::all_of(shards_, &served_shard::ended))
    signatures_.close(true);
}

/// Findings and watermark go to the sinks.
void runner_state::leave(batch_run& run, served_shard& of) {
  const auto& input = run.input();
  of.ended = input.last;
  auto findings = findings_of(run);
  const auto index = static_cast<std::size_t>(&of - shards_.data());
  for (auto& sink : sinks_) {
    balance_.made += findings.size();
    balance_.out += findings.size();
    sink.out.push({sink.setup.streams.at(index), nullptr,
                   &sink == &sinks_.back() ? std::move(findings) : findings,
                   input.watermark, input.last, input.origin},
                  run.token());
  }
}

finding_list runner_state::findings_of(batch_run& run) {
  finding_list result;
  run.take_findings(signatures_.size(), [&](std::size_t event, std::size_t signature,
                                            finding_data data) {
    auto& by = signatures_[signature];
    ++by.findings;
    result.push_back({by.metadata,
                      {run.input().events, static_cast<std::uint32_t>(event)},
                      std::move(data)});
  });
  findings_ += result.size();
  return result;
}

stage_status runner_state::status() const {
  stage_status result;
  result.name = name_;
  result.balance = balance_;
  result.findings = findings_;
  result.signatures = signatures_.status();
  for (const auto& sink : sinks_)
    result.to.push_back(sink.setup.name);
  return result;
}

} // namespace vedette
