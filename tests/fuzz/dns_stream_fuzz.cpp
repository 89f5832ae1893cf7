// Any bytes as DNS over TCP, in any segments, in any order, some of them twice: the
// same messages come out as of the whole.

#include "events/dns/dns_stream.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace vedette {

namespace {

using bytes = std::span<const std::uint8_t>;
using messages = std::vector<std::vector<std::uint8_t>>;

void take(dns_stream& stream, messages& into) {
  while (const auto one = stream.next())
    into.emplace_back(one->begin(), one->end());
}

messages in_pieces(bytes all, std::uint32_t seed) {
  std::mt19937 random{seed};
  std::vector<std::pair<std::size_t, std::size_t>> pieces;
  for (std::size_t at = 0; at < all.size();) {
    const auto size = std::min<std::size_t>(1 + random() % 40, all.size() - at);
    pieces.emplace_back(at, size);
    if (random() % 4 == 0) // Again, with some of what is around it.
      pieces.emplace_back(at - std::min<std::size_t>(at, random() % 8), size);
    at += size;
  }
  // Near to their places, so that nothing has to be given up.
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i)
    std::swap(pieces[i], pieces[std::min(i + random() % 8, pieces.size() - 1)]);
  dns_stream stream;
  const auto start = static_cast<std::uint32_t>(random());
  stream.start(start);
  messages result;
  for (const auto& [at, size] : pieces) {
    stream.add(start + static_cast<std::uint32_t>(at), all.subspan(at, size));
    take(stream, result);
  }
  return result;
}

} // namespace

} // namespace vedette

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 4096)
    return 0;
  const vedette::bytes all{data + 1, size - 1};
  vedette::dns_stream whole;
  vedette::messages expected;
  whole.add(7, all);
  vedette::take(whole, expected);
  if (vedette::in_pieces(all, data[0]) != expected)
    std::abort();
  return 0;
}
