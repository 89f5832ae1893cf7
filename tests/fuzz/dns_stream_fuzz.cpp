// Any bytes as a TCP stream of DNS: however it is cut into segments, in whatever order
// they come and however often, the same messages come out.

#include "events/dns/dns_stream.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

namespace vedette {

namespace {

using bytes = std::vector<std::uint8_t>;

void require(bool holds) {
  if (!holds)
    std::abort();
}

/// Numbers that follow from a seed: which segment comes next.
class choice {
public:
  explicit choice(std::uint32_t seed) : state_{seed * 2654435761U + 1} {}
  std::size_t below(std::size_t limit) {
    state_ = state_ * 1664525U + 1013904223U;
    return (state_ >> 8U) % limit;
  }

private:
  std::uint32_t state_;
};

/// What frames there are, read plainly.
std::vector<bytes> expected_messages(std::span<const std::uint8_t> stream) {
  std::vector<bytes> result;
  while (stream.size() >= 2) {
    const auto length = static_cast<std::size_t>(stream[0] << 8U | stream[1]);
    if (stream.size() - 2 < length)
      break;
    const auto message = stream.subspan(2, length);
    result.emplace_back(message.begin(), message.end());
    stream = stream.subspan(2 + length);
  }
  return result;
}

void take(dns_stream& stream, std::vector<bytes>& into) {
  while (const auto message = stream.next())
    into.emplace_back(message->begin(), message->end());
}

/// Disjoint pieces in any order, each followed by one that was or will be seen, too.
std::vector<bytes> played(std::span<const std::uint8_t> content, choice pick) {
  struct piece {
    std::size_t begin, size;
  };
  std::vector<piece> pieces;
  const auto longest = 1 + content.size() / 16;
  for (std::size_t at = 0; at < content.size();) {
    const auto size = std::min(1 + pick.below(2 * longest), content.size() - at);
    pieces.push_back({at, size});
    at += size;
  }
  const auto first = static_cast<std::uint32_t>(pick.below(16) == 0 ? 0xFFFFFFF0U : 7U);
  dns_stream stream;
  stream.start(first);
  std::vector<bytes> result;
  const auto add = [&](piece one) {
    stream.add(first + static_cast<std::uint32_t>(one.begin),
               content.subspan(one.begin, one.size));
    take(stream, result);
  };
  while (!pieces.empty()) {
    const auto chosen =
        pieces.begin() + static_cast<std::ptrdiff_t>(pick.below(pieces.size()));
    add(*chosen);
    pieces.erase(chosen);
    const auto begin = pick.below(content.size());
    add({begin, pick.below(content.size() - begin + 1)});
  }
  require(stream.gaps() == 0);
  return result;
}

/// Nothing but bounds is asked for where segments contradict and contain gaps.
void check_bounds(std::span<const std::uint8_t> data) {
  dns_stream stream;
  while (data.size() > 3) {
    const auto sequence = static_cast<std::uint32_t>(data[0] << 16U | data[1] << 8U);
    const auto size = std::min<std::size_t>(data[2], data.size() - 3);
    stream.add(sequence, data.subspan(3, size));
    while (stream.next()) {
    }
    require(stream.waiting_bytes() <= 2 * dns_stream::most_waiting);
    data = data.subspan(3 + size);
  }
}

} // namespace

} // namespace vedette

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vedette;
  if (size < 2 || size > 0x8000)
    return 0;
  const auto seed = std::uint32_t{data[0]};
  const std::span content{data + 1, size - 1};
  require(played(content, choice{seed}) == expected_messages(content));
  check_bounds(content);
  return 0;
}
