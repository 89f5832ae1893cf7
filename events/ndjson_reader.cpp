#include "events/ndjson_reader.hpp"

#include <algorithm>
#include <cstring>
#include <simdjson.h>
#include <utility>

namespace vedette {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r") == std::string_view::npos;
}

} // namespace

ndjson_reader::ndjson_reader(std::size_t longest_line) : longest_line_{longest_line} {}

std::span<char> ndjson_reader::prepare(std::size_t bytes) {
  // Only an unfinished line is left as a rule: moving it is cheaper than a ring's wrap.
  const auto left = end_ - begin_;
  if (capacity_ - end_ < bytes) {
    const auto needed = left + bytes;
    auto* from = buffer_.get() + begin_;
    if (needed > capacity_) {
      const auto larger =
          std::max(needed, std::min(2 * capacity_, longest_line_ + bytes));
      std::unique_ptr<char[]> bigger{new char[larger + simdjson::SIMDJSON_PADDING]};
      if (left > 0)
        std::memcpy(bigger.get(), from, left);
      buffer_ = std::move(bigger);
      capacity_ = larger;
    } else if (left > 0) {
      std::memmove(buffer_.get(), from, left);
    }
    scanned_ -= begin_;
    begin_ = 0;
    end_ = left;
  }
  return {buffer_.get() + end_, capacity_ - end_};
}

void ndjson_reader::commit(std::size_t bytes) {
  end_ += bytes;
}

void ndjson_reader::feed(std::string_view bytes) {
  if (bytes.empty())
    return;
  std::memcpy(prepare(bytes.size()).data(), bytes.data(), bytes.size());
  commit(bytes.size());
}

void ndjson_reader::skip_mark() {
  const std::string_view have{buffer_.get() + begin_, end_ - begin_};
  const auto seen = have.substr(0, byte_order_mark.size());
  if (seen.size() < byte_order_mark.size() && byte_order_mark.starts_with(seen)
      && !finished_)
    return; // The rest of it may follow.
  started_ = true;
  if (seen == byte_order_mark)
    scanned_ = begin_ += byte_order_mark.size();
}

std::optional<input_line> ndjson_reader::next() {
  if (!started_)
    skip_mark();
  while (started_ && scanned_ < end_) {
    const auto* from = buffer_.get() + scanned_;
    const auto* found =
        static_cast<const char*>(std::memchr(from, '\n', end_ - scanned_));
    if (found == nullptr) {
      scanned_ = end_;
      break;
    }
    const auto end = static_cast<std::size_t>(found - buffer_.get());
    if (const auto line = cut(end, end + 1))
      return line;
  }
  return partial();
}

/// The line up to `end`, unless it is blank or the rest of one that was given out.
std::optional<input_line> ndjson_reader::cut(std::size_t end, std::size_t after) {
  std::string_view text{buffer_.get() + begin_, end - begin_};
  begin_ = scanned_ = after;
  if (std::exchange(skipping_, false))
    return {};
  ++lines_;
  if (text.size() > longest_line_)
    return input_line{text.substr(0, longest_line_), lines_, true};
  if (text.ends_with('\r'))
    text.remove_suffix(1);
  if (is_blank(text))
    return {};
  return input_line{text, lines_, false};
}

/// What is there of a line without an end: all of it if the input has ended, or if it
/// is too long to wait for.
std::optional<input_line> ndjson_reader::partial() {
  if (begin_ == end_)
    return {};
  if (finished_)
    return cut(end_, end_);
  if (skipping_) {
    begin_ = end_;
    return {};
  }
  if (end_ - begin_ <= longest_line_)
    return {};
  const auto line = cut(end_, end_);
  skipping_ = true;
  return line;
}

} // namespace vedette
