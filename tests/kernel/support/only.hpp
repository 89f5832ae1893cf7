#pragma once

#include "events/object_json.hpp"
#include "tests/kernel/support/capture.hpp"
#include "tests/kernel/support/child.hpp"

namespace vedette {

/// What one event looked like while `act` ran in this process: exactly so many records.
template <class Act>
std::vector<captured> seen_while(capture& kernel_events, event_kind kind, Act act,
                                 std::size_t expected = 1) {
  kernel_events.take();
  act();
  auto records = kernel_events.take(kind, getpid());
  EXPECT_EQ(records.size(), expected) << definition_of(kind).name;
  return records;
}

template <class Argument>
std::string text_of(const captured& one) {
  return std::string{one.event.get<Argument>().value_or("")};
}

template <class Argument>
std::string bytes_of(const captured& one) {
  const auto bytes = one.event.get<Argument>().value_or(std::span<const std::byte>{});
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <class Argument>
bool is_unresolved(const captured& one) {
  return (one.header().unresolved >> Argument::slot & 1U) != 0;
}

template <class Argument>
std::string json_of(const captured& one) {
  std::string json;
  if (const auto argument = one.event.get<Argument>())
    append_object(json, *argument);
  return json;
}

} // namespace vedette
