#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

namespace vedette {

/// A DNS packet, put together byte by byte, right or wrong.
///
///     dns_bytes{}.header(0x8180, {1, 0, 0, 0}).name("example.com").u16(1).u16(1)
class dns_bytes {
public:
  using bytes = std::vector<std::uint8_t>;

  dns_bytes& u8(unsigned value) {
    bytes_.push_back(static_cast<std::uint8_t>(value));
    return *this;
  }
  dns_bytes& u16(unsigned value) { return u8(value >> 8U).u8(value & 255U); }
  dns_bytes& u32(std::uint32_t value) { return u16(value >> 16U).u16(value & 0xffffU); }
  dns_bytes& text(std::string_view content) {
    bytes_.insert(bytes_.end(), content.begin(), content.end());
    return *this;
  }
  dns_bytes& all(std::initializer_list<unsigned> values) {
    for (const auto value : values)
      u8(value);
    return *this;
  }

  /// Counts: questions, answers, authorities, additionals.
  dns_bytes& header(unsigned flags, std::initializer_list<unsigned> counts,
                    unsigned id = 7) {
    u16(id).u16(flags);
    for (const auto count : counts)
      u16(count);
    return *this;
  }
  /// Labels without the end of a name.
  dns_bytes& labels(std::string_view dotted) {
    while (!dotted.empty()) {
      const auto label = dotted.substr(0, dotted.find('.'));
      u8(static_cast<unsigned>(label.size())).text(label);
      dotted.remove_prefix(std::min(label.size() + 1, dotted.size()));
    }
    return *this;
  }
  dns_bytes& name(std::string_view dotted) { return labels(dotted).u8(0); }
  dns_bytes& pointer(std::size_t to) {
    return u16(0xC000U | static_cast<unsigned>(to));
  }

  /// After the owner's name: type, class IN, TTL; then its data, then end().
  dns_bytes& record(unsigned type, std::uint32_t ttl = 300, unsigned klass = 1) {
    u16(type).u16(klass).u32(ttl).u16(0);
    data_ = bytes_.size();
    return *this;
  }
  /// Writes the length of the record's data.
  dns_bytes& end() {
    const auto length = bytes_.size() - data_;
    bytes_[data_ - 2] = static_cast<std::uint8_t>(length >> 8U);
    bytes_[data_ - 1] = static_cast<std::uint8_t>(length);
    return *this;
  }

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] const bytes& content() const { return bytes_; }

private:
  bytes bytes_;
  std::size_t data_ = 0;
};

/// A response about example.com with a record of each type that is decoded.
inline dns_bytes varied_dns_bytes() {
  dns_bytes packet;
  packet.header(0x8580, {1, 8, 1, 3}).name("WWW.Example.COM").u16(1).u16(1);
  packet.pointer(12).record(5).labels("web").pointer(16).end(); // CNAME
  packet.labels("web").pointer(16).record(1).all({192, 0, 2, 80}).end();
  packet.labels("web").pointer(16).record(28).all({0x20, 1, 0xd, 0xb8, 0, 0, 0, 0});
  packet.all({0, 0, 0, 0, 0, 0, 0, 1}).end();
  packet.pointer(16).record(15).u16(10).labels("mail").pointer(16).end();
  packet.labels("_dns._udp").pointer(16).record(33).u16(1).u16(2).u16(53);
  packet.name("ns.example.com").end();
  packet.pointer(16).record(16).u8(5).text("v=one").u8(0).u8(2).text("\"\n").end();
  packet.pointer(16).record(65).u16(1).u8(0).u16(1).u16(3).all({2, 'h', '3'});
  packet.u16(4).u16(8).all({192, 0, 2, 1, 192, 0, 2, 2}).u16(6).u16(16);
  packet.all({0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}).end();
  packet.labels("1.2.0.192.in-addr.arpa").u8(0).record(12).pointer(12).end();
  packet.pointer(16).record(6, 60).labels("ns").pointer(16).labels("root").pointer(16);
  packet.u32(2024).u32(7200).u32(600).u32(86400).u32(30).end();
  packet.u8(0).record(41, 0, 1232).end(); // OPT
  packet.pointer(16).record(2).labels("ns").pointer(16).end();
  packet.pointer(16).record(257).u8(0).u8(5).text("issueca.example").end(); // CAA
  return packet;
}

} // namespace vedette
