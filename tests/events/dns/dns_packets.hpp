#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace vedette {

/// A DNS packet of a test, byte by byte.
class dns_packet {
public:
  dns_packet(bool response, std::initializer_list<int> counts, int rcode = 0) {
    u16(7).u16((response ? 0x8180 : 0x0100) | rcode);
    for (const auto count : counts)
      u16(count);
  }
  dns_packet& u8(int byte) {
    return bytes_.push_back(static_cast<std::uint8_t>(byte)), *this;
  }
  dns_packet& u16(int number) { return u8(number >> 8 & 255).u8(number & 255); }
  dns_packet& u32(std::uint32_t number) {
    return u16(static_cast<int>(number >> 16U)).u16(static_cast<int>(number & 0xffffU));
  }
  dns_packet& label(std::string_view text) {
    u8(static_cast<int>(text.size()));
    for (const auto c : text)
      u8(static_cast<std::uint8_t>(c));
    return *this;
  }
  dns_packet& pointer(std::size_t where) {
    return u16(0xC000 | static_cast<int>(where));
  }
  dns_packet& end() { return u8(0); }
  /// After the owner.
  dns_packet& record(int type, std::uint32_t ttl, int length) {
    return u16(type).u16(1).u32(ttl).u16(length);
  }
  [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

private:
  std::vector<std::uint8_t> bytes_;
};

/// www.Example.com is edge.example.com, which has two addresses; one HTTPS record.
inline dns_packet web_answer() {
  dns_packet packet{true, {1, 4, 1, 1}};
  packet.label("www").label("Example").label("com").end().u16(1).u16(1);
  packet.pointer(12).record(5, 300, 7).label("edge").pointer(16);
  packet.pointer(45).record(1, 60, 4).u8(192).u8(0).u8(2).u8(80);
  packet.pointer(45).record(28, 60, 16).u16(0x2001).u16(0xdb8);
  packet.u32(0).u32(0).u32(1);
  packet.pointer(12).record(65, 60, 2 + 1 + 8 + 20).u16(1).end();
  packet.u16(4).u16(4).u8(192).u8(0).u8(2).u8(81);
  packet.u16(6).u16(16).u16(0x2001).u16(0xdb8).u32(0).u32(0).u32(2);
  packet.pointer(16).record(6, 900, 2 + 2 + 2 + 20).pointer(16).label("h").pointer(16);
  packet.u32(1).u32(2).u32(3).u32(4).u32(30);
  return packet.end().u16(41).u16(1232).u32(0).u16(0);
}

} // namespace vedette
