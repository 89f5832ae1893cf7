#pragma once

#include "events/line_parser.hpp"
#include "tests/events/padded_line.hpp"
#include "tests/events/replay.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vedette {

/// A line with these keys beside the ones that must be there.
inline std::string with_context(std::string_view keys) {
  return R"({"timestamp":1700000000000000000,"eventName":"kill",)" + std::string{keys}
         + "}";
}

inline std::string with_args(std::string_view event, std::string_view args) {
  return R"({"timestamp":1,"eventName":")" + std::string{event} + R"(","args":[)"
         + std::string{args} + "]}";
}

class LineParserTest : public testing::Test {
protected:
  /// The event that a line is; valid until the next.
  event_view read(std::string_view line) {
    const auto record = parser_.parse(padded_line{line}, 42);
    if (!record) {
      ADD_FAILURE() << record.error() << " in " << line;
      return {};
    }
    batch_ = replayed_batch(*record);
    return (*batch_)[0];
  }
  std::string reason(std::string_view line) {
    const auto record = parser_.parse(padded_line{line}, 42);
    return record ? "read" : std::string{record.error()};
  }
  std::string arguments(std::string_view event, std::string_view args) {
    std::string out;
    append_arguments(out, read(with_args(event, args)));
    return out;
  }

private:
  line_parser parser_;
  raw_batch_ptr batch_;
};

} // namespace vedette
