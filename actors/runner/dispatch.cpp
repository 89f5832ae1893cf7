#include "actors/runner/dispatch.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

namespace vedette {

void dispatch::deliver_slowly(loaded_signature& to, const delivery& next) {
  if (to.waits) {
    auto& suspended = to.record->suspended;
    const auto found = suspended.find(next.event.process());
    if (found != suspended.end()
        && (next.in != nullptr ? found->second.own > 0 : found->second.any() > 0)) {
      ++next.run->open;
      auto& later = found->second.later;
      // What was found in an event comes before the next event.
      const auto place =
          next.in == nullptr
              ? later.end()
              : std::ranges::find(later, nullptr, &delivery::in);
      later.insert(place, next);
      return;
    }
  }
  start(to, next);
}

void dispatch::start(loaded_signature& in, const delivery& next) {
  if (in.events < in.next_timed)
    return run_handler(in, next);
  const auto stands_for = in.events - std::exchange(in.record->timed, in.events);
  in.next_timed = in.events + std::min(in.events, loaded_signature::sample);
  const auto begin = std::chrono::steady_clock::now();
  run_handler(in, next);
  in.record->handler_time.add(std::chrono::steady_clock::now() - begin, stands_for);
}

void dispatch::run(handled handler, loaded_signature& in, const delivery& next) {
  const auto place = take_place(in, next);
  const auto ticket = handlers_.start(
      std::move(handler), [this, place](const auto& failure) { end(place, failure); });
  if (auto& mine = open_[place]; mine.in != nullptr) {
    mine.ticket = ticket;
    mine.is_suspended = true;
    block(mine);
  } else {
    free_.push_back(place);
  }
  if (next.run->has_news())
    publish(*next.run);
}

std::size_t dispatch::take_place(loaded_signature& in, const delivery& next) {
  ++next.run->open;
  if (free_.empty()) {
    open_.push_back({&in, next, {}, false});
    return open_.size() - 1;
  }
  const auto place = free_.back();
  free_.pop_back();
  open_[place] = {&in, next, {}, false};
  return place;
}

void dispatch::end(std::size_t place, const std::exception_ptr& failure) {
  const auto ended = std::exchange(open_[place], {});
  if (ended.is_suspended) // Else run_handler() is about to look whether it is.
    free_.push_back(place);
  if (failure)
    failed(*ended.in, ended.of, failure);
  else
    ended.in->failed_in_row = 0;
  if (ended.of.run->has_news())
    publish(*ended.of.run);
  --ended.of.run->open;
  if (ended.is_suspended)
    unblock(ended);
}

void dispatch::block(const open_handler& by) {
  const auto process = by.of.event.process();
  if (by.in->is_serial)
    ++by.in->record->suspended[process].own;
  for (auto* const other : by.in->record->selected_by)
    ++other->record->suspended[process].before;
}

void dispatch::unblock(const open_handler& by) {
  const auto process = by.of.event.process();
  const auto one_less = [&](loaded_signature& in, std::size_t waiting_for::* count) {
    auto& there = in.record->suspended[process];
    --(there.*count);
    if (there.any() == 0)
      ready_.push_back({&in, process});
  };
  if (by.in->is_serial)
    one_less(*by.in, &waiting_for::own);
  for (auto* const other : by.in->record->selected_by)
    one_less(*other, &waiting_for::before);
}

void dispatch::go_on() {
  while (!ready_.empty() || !notices_.empty()) {
    for (const auto& [signature, process] : std::exchange(ready_, {}))
      go_on(*signature, process);
    for (const auto& notice : std::exchange(notices_, {}))
      signatures_.for_each(notice.event,
                           [&](loaded_signature& to) { deliver(to, notice); });
  }
}

/// Handles the events that waited, up to the next that suspends. A loop: recursion would
/// take as much stack as there are events.
void dispatch::go_on(loaded_signature& in, entity_id process) {
  for (;;) {
    const auto found = in.record->suspended.find(process);
    if (found == in.record->suspended.end() || found->second.any() > 0)
      return;
    if (found->second.later.empty()) {
      in.record->suspended.erase(found);
      return;
    }
    const auto next = found->second.later.front();
    found->second.later.pop_front();
    if (!in.disabled)
      start(in, next);
    --next.run->open;
  }
}

void dispatch::publish(batch_run& run) {
  while (run.has_news())
    publish(run, run.next_news());
}

void dispatch::publish(batch_run& run, std::size_t news) {
  auto& found = run[news];
  auto& by = *signatures_[batch_run::signature_at(found.place)].record;
  const auto cause = run.cause_of(found);
  if (by.is_excepted(cause.view())) {
    found.is_kept = false;
    ++by.excepted;
    return;
  }
  ++by.findings;
  if (by.selected_by.empty())
    return;
  const auto depth = found.in == nullptr ? 1 : found.in->depth + 1;
  if (depth > deepest) {
    ++by.too_deep;
    return;
  }
  auto event = as_events_.of({by.metadata, cause, found.data});
  if (!event)
    return;
  const auto index = batch_run::event_at(found.place); // What is delivered may find more.
  auto& derived = run.derive(std::move(event), depth);
  const event_view view{*derived.events, 0};
  for (auto* const to : by.selected_by)
    if (!to->disabled && to->record->selects_finding(by.metadata->event_name, view))
      deliver(*to, {view, &run, &derived, index});
}

void dispatch::failed(loaded_signature& in, const delivery& on,
                      const std::exception_ptr& failure) {
  if (!in.failed_on(on.event, failure))
    return;
  auto event = signature_disabled_event(in.record->metadata->id, in.record->reason, on.event);
  on.run->notices.push_back(event);
  const auto index = on.in != nullptr ? on.cause : on.event.index();
  auto& derived = on.run->derive(std::move(event), 1);
  notices_.push_back({event_view{*derived.events, 0}, on.run, &derived, index});
}

void dispatch::abandon(std::string_view why, const batch_run* in) {
  const auto failure = std::make_exception_ptr(std::runtime_error{std::string{why}});
  std::vector<std::size_t> places; // First all: what ends may start others.
  for (std::size_t place = 0; place < open_.size(); ++place)
    if (open_[place].in != nullptr && (in == nullptr || open_[place].of.run == in))
      places.push_back(place);
  for (const auto place : places) {
    handlers_.abandon(open_[place].ticket);
    end(place, failure);
  }
}

} // namespace vedette
