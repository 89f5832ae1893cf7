// DNS messages: what it takes to read a packet, to write its JSON and to read that. The
// packet is an answer as resolvers give them: a CNAME, two addresses, an OPT record.
//
//     events_dns [messages in thousands, 200] [rounds, 9]

#include "events/dns/dns_stream.hpp"
#include "events/dns/dns_wire.hpp"
#include "events/dns/proto_dns.hpp"
#include "tests/support/dns_bytes.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

using namespace vedette;

namespace {

dns_bytes answer() {
  dns_bytes packet;
  packet.header(0x8180, {1, 3, 0, 1}).name("www.example.com").u16(1).u16(1);
  packet.pointer(12).record(5).labels("edge.cdn").pointer(16).end();
  packet.labels("edge.cdn").pointer(16).record(1).all({192, 0, 2, 80}).end();
  packet.labels("edge.cdn").pointer(16).record(1).all({192, 0, 2, 81}).end();
  return packet.u8(0).record(41, 0, 1232).end();
}

/// Nanoseconds of one `work`, per round, after a round that does not count.
void measure(const char* what, int times, int rounds,
             const std::function<void()>& work) {
  std::vector<double> took;
  for (auto round = 0; round <= rounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (auto i = 0; i < times; ++i)
      work();
    const std::chrono::duration<double, std::nano> all =
        std::chrono::steady_clock::now() - start;
    if (round > 0)
      took.push_back(all.count() / times);
  }
  std::ranges::sort(took);
  std::printf("%-24s %7.0f ns/message (%.0f-%.0f)\n", what, took[took.size() / 2],
              took.front(), took.back());
}

} // namespace

int main(int argc, char** argv) {
  const auto times = (argc > 1 ? std::atoi(argv[1]) : 200) * 1000;
  const auto rounds = argc > 2 ? std::atoi(argv[2]) : 9;
  const auto packet = answer().content();
  dns_message message;
  if (parse_dns(packet, message) != dns_flaw::none)
    return 1;
  std::string json;
  append_proto_dns(json, message);
  std::printf("a packet of %zu bytes, JSON of %zu\n", packet.size(), json.size());

  measure("read a packet", times, rounds, [&] { parse_dns(packet, message); });
  std::string written;
  measure("write its JSON", times, rounds, [&] {
    written.clear();
    append_proto_dns(written, message);
  });
  proto_dns_reader reader;
  measure("read its JSON", times, rounds,
          [&] { static_cast<void>(reader.read(json, message)); });

  const std::string_view text{reinterpret_cast<const char*>(packet.data()),
                              packet.size()};
  const auto framed =
      dns_bytes{}.u16(static_cast<unsigned>(text.size())).text(text).content();
  dns_stream stream;
  std::uint32_t sequence = 0;
  stream.start(sequence);
  measure("take it from a stream", times, rounds, [&] {
    stream.add(sequence, framed);
    sequence += static_cast<std::uint32_t>(framed.size());
    while (const auto one = stream.next())
      parse_dns(*one, message);
  });
  return 0;
}
