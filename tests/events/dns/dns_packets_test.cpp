#include "events/dns/dns_packets.hpp"

#include "events/json_writer.hpp"
#include "events/record_check.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <netinet/in.h>
#include <string>

namespace vedette {

namespace {

namespace made = events::net_packet_dns;

constexpr std::uint8_t fin = 1, syn = 2, rst = 4;

/// A packet's record, as the kernel's program makes it.
struct sent_packet {
  explicit sent_packet(std::uint8_t protocol) {
    facts.src[10] = facts.src[11] = facts.dst[10] = facts.dst[11] = 0xff;
    facts.src[12] = facts.dst[12] = 127;
    facts.src[15] = 1;
    facts.dst[15] = 2;
    facts.src_port = 40000;
    facts.dst_port = 53;
    facts.direction = NATIVE_EGRESS;
    facts.protocol = protocol;
    header.kind = RECORD_net_packet_dns;
    header.arg_count = 6;
    header.detail[0] = RECORD_DNS_PACKET;
    header.host_tid = header.host_tgid = 812;
    header.time_ns = 5;
  }

  [[nodiscard]] std::vector<std::byte> record() const {
    record_slot slots[6]{};
    auto whole = header;
    const auto begin = sizeof(whole) + sizeof(slots);
    slots[made::metadata::slot].bytes = {begin, sizeof(facts)};
    slots[made::proto_dns::slot].bytes = {static_cast<__u32>(begin + sizeof(facts)),
                                          static_cast<__u32>(payload.size())};
    whole.present = 1U << made::metadata::slot
                    | (payload.empty() ? 0U : 1U << made::proto_dns::slot);
    whole.references = whole.present;
    whole.truncated = cut ? 1U << made::proto_dns::slot : 0U;
    whole.size = static_cast<__u32>(begin + sizeof(facts) + payload.size());
    std::vector<std::byte> bytes(whole.size);
    auto* to = bytes.data();
    std::memcpy(to, &whole, sizeof(whole));
    std::memcpy(to + sizeof(whole), slots, sizeof(slots));
    std::memcpy(to + begin, &facts, sizeof(facts));
    std::memcpy(to + begin + sizeof(facts), payload.data(), payload.size());
    EXPECT_EQ(check_record(bytes), corruption::none);
    return bytes;
  }

  record_header header{};
  native_packet facts{};
  std::string payload;
  bool cut = false;
};

/// A message of so many bytes, with its length before it.
std::string framed(std::size_t size, char content) {
  return std::string{static_cast<char>(size >> 8U), static_cast<char>(size & 255U)}
         + std::string(size, content);
}

class dns_packets_test : public testing::Test {
protected:
  /// The messages that a packet completes.
  std::vector<std::string> take(const sent_packet& packet) {
    batch_builder builder{0};
    EXPECT_TRUE(tested.add(packet.record(), builder));
    std::vector<std::string> messages;
    if (builder.empty())
      return messages;
    last = builder.take();
    for (std::size_t i = 0; i < last->size(); ++i) {
      const auto& header = last->record(i);
      EXPECT_EQ(check_record({reinterpret_cast<const std::byte*>(&header), header.size}),
                corruption::none);
      EXPECT_FALSE(dns_packets::is_packet(header));
      const auto payload = (*last)[i].get<made::proto_dns>();
      EXPECT_TRUE(payload && payload->is_native);
      messages.emplace_back(payload->bytes);
    }
    return messages;
  }
  std::vector<std::string> segment(std::uint32_t sequence, std::string payload,
                                   std::uint8_t flags = 0) {
    sent_packet packet{IPPROTO_TCP};
    packet.facts.sequence = sequence;
    packet.facts.tcp_flags = flags;
    packet.facts.src_port = port;
    packet.payload = std::move(payload);
    return take(packet);
  }

  /// Of an argument of the last event.
  [[nodiscard]] std::string json_of(std::size_t slot) const {
    std::string json;
    append_argument(json, (*last)[0], slot);
    return json;
  }

  using texts = std::vector<std::string>;

  dns_packets tested;
  raw_batch_ptr last;
  std::uint16_t port = 40000;
};

TEST_F(dns_packets_test, make_an_event_of_a_datagram) {
  sent_packet packet{IPPROTO_UDP};
  packet.payload = "message";
  packet.cut = true;
  EXPECT_EQ(take(packet), texts{"message"});
  const auto event = (*last)[0];
  EXPECT_EQ(event.get<made::src>(), "127.0.0.1");
  EXPECT_EQ(event.get<made::dst>(), "127.0.0.2");
  EXPECT_EQ(event.get<made::src_port>(), 40000);
  EXPECT_EQ(event.get<made::dst_port>(), 53);
  EXPECT_EQ(json_of(made::metadata::slot),
            R"({"name":"metadata","type":"trace.PacketMetadata","value":{"direction":2,"protocol":17}})");
  EXPECT_TRUE(event.is_truncated<made::proto_dns>());
  EXPECT_EQ(event.header().host_tgid, 812U);
  EXPECT_EQ(event.header().time_ns, 5U);
  EXPECT_EQ(tested.segments(), 0U);
  EXPECT_EQ(tested.messages(), 0U);
}

TEST_F(dns_packets_test, say_when_nobody_knows_the_process) {
  sent_packet packet{IPPROTO_UDP};
  packet.facts.is_nobodys = 1;
  packet.facts.src[10] = packet.facts.src[11] = 0;
  packet.facts.src[0] = 0x20;
  packet.payload = "x";
  take(packet);
  EXPECT_EQ((*last)[0].get<made::src>(), "2000::7f00:1");
  EXPECT_TRUE(json_of(made::metadata::slot)
                  .contains(R"({"direction":2,"protocol":17,"processUnknown":true})"));
}

TEST_F(dns_packets_test, put_segments_together) {
  EXPECT_EQ(segment(99, "", syn), texts{});
  const auto stream = framed(300, 'a') + framed(20, 'b') + framed(20, 'c');
  EXPECT_EQ(segment(100, stream.substr(0, 1)), texts{});
  EXPECT_EQ(segment(200, stream.substr(100, 150)), texts{}) << "too early";
  EXPECT_EQ(segment(101, stream.substr(1, 99)), texts{});
  EXPECT_EQ(segment(350, stream.substr(250)),
            (texts{std::string(300, 'a'), std::string(20, 'b'), std::string(20, 'c')}));
  EXPECT_EQ(segment(350, stream.substr(250)), texts{}) << "again";
  EXPECT_EQ(tested.segments(), 6U);
  EXPECT_EQ(tested.messages(), 3U);
  EXPECT_EQ(tested.broken(), 0U);
}

TEST_F(dns_packets_test, tell_connections_and_directions_apart) {
  segment(99, "", syn);
  segment(100, framed(40, 'a').substr(0, 20));
  ++port;
  segment(99, "", syn);
  EXPECT_EQ(segment(100, framed(40, 'b')), texts{std::string(40, 'b')});
  --port;
  sent_packet back{IPPROTO_TCP};
  back.facts.direction = NATIVE_INGRESS;
  back.facts.sequence = 100;
  back.payload = framed(40, 'c');
  EXPECT_EQ(take(back), texts{std::string(40, 'c')});
  sent_packet other{IPPROTO_TCP};
  other.facts.net_ns = 7;
  other.facts.sequence = 100;
  other.payload = framed(40, 'd');
  EXPECT_EQ(take(other), texts{std::string(40, 'd')});
  EXPECT_EQ(segment(120, framed(40, 'a').substr(20)), texts{std::string(40, 'a')});
}

TEST_F(dns_packets_test, do_not_take_what_comes_again_after_the_end_for_more) {
  segment(99, "", syn);
  EXPECT_EQ(segment(100, framed(40, 'a'), fin), texts{std::string(40, 'a')});
  EXPECT_EQ(segment(100, framed(40, 'a'), fin), texts{});
  segment(99, "", syn); // The ports are used again.
  EXPECT_EQ(segment(100, framed(40, 'a')), texts{std::string(40, 'a')});
}

TEST_F(dns_packets_test, wait_for_what_is_late_beyond_the_end) {
  segment(99, "", syn);
  const auto stream = framed(40, 'a');
  EXPECT_EQ(segment(120, stream.substr(20), fin), texts{});
  EXPECT_EQ(segment(100, stream.substr(0, 20)), texts{std::string(40, 'a')});
}

TEST_F(dns_packets_test, forget_a_part_at_a_reset) {
  segment(99, "", syn);
  segment(100, framed(40, 'a').substr(0, 20));
  segment(120, "", rst);
  EXPECT_EQ(segment(120, framed(40, 'b')), texts{std::string(40, 'b')});
}

TEST_F(dns_packets_test, begin_within_a_connection_where_messages_do) {
  EXPECT_EQ(segment(500, framed(40, 'a').substr(7)), texts{});
  EXPECT_EQ(tested.broken(), 1U);
  EXPECT_EQ(segment(900, "", fin), texts{});
  EXPECT_EQ(tested.broken(), 1U) << "nothing was missed";
  EXPECT_EQ(segment(600, framed(40, 'b')), texts{std::string(40, 'b')});
  EXPECT_EQ(segment(642, framed(40, 'c').substr(0, 9)), texts{});
  EXPECT_EQ(segment(651, framed(40, 'c').substr(9)), texts{std::string(40, 'c')});
}

TEST_F(dns_packets_test, keep_so_many_connections) {
  for (port = 1; port <= 1 + dns_packets::most_streams; ++port) {
    segment(99, "", syn);
    segment(100, framed(40, 'a').substr(0, 20));
  }
  EXPECT_EQ(tested.broken(), 1U);
  port = 1;
  EXPECT_EQ(segment(120, framed(40, 'a').substr(20)), texts{}) << "gone";
  port = 2 + dns_packets::most_streams / 2;
  EXPECT_EQ(segment(120, framed(40, 'a').substr(20)), texts{std::string(40, 'a')});
}

TEST_F(dns_packets_test, keep_so_many_bytes) {
  constexpr auto each = std::size_t{60'000};
  const auto stream = framed(each, 'a');
  for (port = 1; port <= 200; ++port) {
    segment(99, "", syn);
    segment(100, stream.substr(0, each));
  }
  const auto kept = dns_packets::most_bytes / each;
  EXPECT_EQ(tested.broken(), 200 - kept);
  port = static_cast<std::uint16_t>(200 - kept);
  EXPECT_EQ(segment(100 + each, stream.substr(each)), texts{}) << "gone";
  port = static_cast<std::uint16_t>(201 - kept);
  EXPECT_EQ(segment(100 + each, stream.substr(each)), texts{std::string(each, 'a')});
}

TEST_F(dns_packets_test, are_not_what_has_no_facts) {
  batch_builder builder{0};
  auto record = sent_packet{IPPROTO_UDP}.record();
  auto* header = reinterpret_cast<record_header*>(record.data());
  auto* slots = reinterpret_cast<record_slot*>(header + 1);
  slots[made::metadata::slot].bytes.length -= 1;
  EXPECT_FALSE(tested.add(record, builder));
  header->present = header->references = 0;
  EXPECT_FALSE(tested.add(record, builder));
  EXPECT_TRUE(builder.empty());
}

TEST_F(dns_packets_test, are_shown_as_json_and_say_what_is_wrong) {
  sent_packet packet{IPPROTO_UDP};
  packet.payload = std::string{"\0\7\1\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1", 19};
  take(packet);
  auto json = json_of(made::proto_dns::slot);
  EXPECT_TRUE(json.starts_with(
      R"({"name":"proto_dns","type":"trace.ProtoDNS","value":{"ID":7,"QR":0,)"))
      << json;
  EXPECT_TRUE(json.contains(R"("questions":[{"name":"a","type":"A","class":"IN"}])"));
  EXPECT_FALSE(json.contains("flaw"));
  packet.payload.pop_back();
  packet.cut = true;
  take(packet);
  json = json_of(made::proto_dns::slot);
  EXPECT_TRUE(json.contains(R"("questions":[],)")) << json;
  EXPECT_TRUE(json.contains(R"("flaw":")")) << json;
  EXPECT_TRUE(json.ends_with(R"(,"truncated":true})")) << json;
}

} // namespace

} // namespace vedette
