#pragma once

#include <memory>
#include <simdjson.h>
#include <string_view>

namespace vedette {

/// A line in memory of its own, with just what line_parser may read past it.
class padded_line {
public:
  explicit padded_line(std::string_view line)
      : memory_{new char[line.size() + simdjson::SIMDJSON_PADDING]}, size_{
                                                                         line.size()} {
    // Whatever follows is not part of the line.
    std::fill_n(memory_.get() + size_, simdjson::SIMDJSON_PADDING, '}');
    line.copy(memory_.get(), size_);
  }
  operator std::string_view() const { return {memory_.get(), size_}; }

private:
  std::unique_ptr<char[]> memory_;
  std::size_t size_;
};

} // namespace vedette
