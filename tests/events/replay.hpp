#pragma once

#include "events/batch_builder.hpp"
#include "events/json_writer.hpp"
#include "events/record_check.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace vedette {

/// A batch of one record that was read from JSON, with what an enricher takes over from
/// it.
inline raw_batch_ptr replayed_batch(std::span<const std::byte> record) {
  EXPECT_EQ(check_record(record), corruption::none);
  batch_builder builder{0};
  builder.add(record);
  auto result = builder.take();
  const auto event = (*result)[0];
  const auto& said = *event.extension();
  result->attach({{entity_id{said.thread_entity}, entity_id{said.process_entity},
                   entity_id{said.parent_entity}, event.text(said.executable),
                   event.text(said.container_id)}},
                 nullptr);
  return result;
}

inline std::string written(event_view event, std::string_view host = "h1") {
  std::string line;
  append_event(line, event, {.host_name = host});
  return line;
}

/// What becomes of a record that was read from JSON when it is written.
inline std::string rewritten(std::span<const std::byte> record) {
  const auto batch = replayed_batch(record);
  return written((*batch)[0]);
}

} // namespace vedette
