#include "events/dns/dns_stream.hpp"

#include <algorithm>
#include <iterator>

namespace vedette {

void dns_stream::start(std::uint32_t sequence) {
  const auto gaps = gaps_;
  *this = {};
  gaps_ = gaps;
  // Not at 0, so that what comes before it has a place, too.
  place_ = (std::uint64_t{1} << 32U) + sequence;
  started_ = true;
}

void dns_stream::add(std::uint32_t sequence, std::span<const std::uint8_t> data) {
  if (!started_)
    start(sequence);
  drop_read();
  // The sequence number that is closest to what is expected: RFC 1982.
  const auto ahead =
      static_cast<std::int32_t>(sequence - static_cast<std::uint32_t>(place_));
  auto place = place_ + static_cast<std::uint64_t>(std::int64_t{ahead});
  if (place < place_) { // Known already, as far as it goes.
    const auto known = std::min<std::uint64_t>(place_ - place, data.size());
    data = data.subspan(static_cast<std::size_t>(known));
    place = place_;
  }
  if (data.empty())
    return;
  store(place, data);
  take_waiting();
  while (waiting_bytes_ > most_waiting || waiting_.size() > most_segments)
    skip_gap();
}

/// Only what is not there yet.
void dns_stream::store(std::uint64_t place, std::span<const std::uint8_t> data) {
  while (!data.empty()) {
    const auto after = waiting_.upper_bound(place);
    if (after != waiting_.begin()) {
      const auto& [begin, content] = *std::prev(after);
      if (begin + content.size() > place) {
        const auto known =
            std::min<std::uint64_t>(begin + content.size() - place, data.size());
        data = data.subspan(static_cast<std::size_t>(known));
        place += known;
        continue;
      }
    }
    const auto room = after == waiting_.end()
                          ? data.size()
                          : std::min<std::uint64_t>(data.size(), after->first - place);
    const auto part = data.first(static_cast<std::size_t>(room));
    waiting_.emplace(place, std::vector<std::uint8_t>{part.begin(), part.end()});
    waiting_bytes_ += part.size();
    data = data.subspan(part.size());
    place += part.size();
  }
}

void dns_stream::take_waiting() {
  while (!waiting_.empty() && waiting_.begin()->first == place_) {
    const auto& content = waiting_.begin()->second;
    buffer_.insert(buffer_.end(), content.begin(), content.end());
    place_ += content.size();
    waiting_bytes_ -= content.size();
    waiting_.erase(waiting_.begin());
  }
}

/// Whole messages before the gap stay.
void dns_stream::skip_gap() {
  ++gaps_;
  auto whole = read_;
  while (const auto length = message_at(whole))
    whole += 2 + *length;
  buffer_.resize(whole);
  place_ = waiting_.begin()->first;
  take_waiting();
}

/// Once per segment, not per message: a segment may hold thousands of empty ones.
void dns_stream::drop_read() {
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(read_));
  read_ = 0;
}

/// The length of the whole message whose length is there.
std::optional<std::size_t> dns_stream::message_at(std::size_t begin) const {
  const auto there = buffer_.size() - begin;
  if (there < 2)
    return {};
  const auto length =
      static_cast<std::size_t>(buffer_[begin] << 8U | buffer_[begin + 1]);
  return there - 2 < length ? std::nullopt : std::optional{length};
}

std::optional<std::span<const std::uint8_t>> dns_stream::next() {
  const auto length = message_at(read_);
  if (!length)
    return {};
  read_ += 2 + *length;
  return std::span<const std::uint8_t>{buffer_}.subspan(read_ - *length, *length);
}

} // namespace vedette
