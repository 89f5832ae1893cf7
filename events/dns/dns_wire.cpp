#include "events/dns/dns_wire.hpp"

#include "events/dns/dns_codes.hpp"
#include "events/dns/dns_name.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace vedette {

namespace {

/// As many as a name can have labels: pointers to pointers are of no use but to cost
/// time.
constexpr unsigned most_jumps = 127;

/// Compression makes a message of 64 KiB stand for 11 MB of names; real ones, zone
/// transfers among them, stay far below this.
constexpr std::size_t most_text = std::size_t{1} << 20U;

/// Reads forward through a packet; what is not there is 0, and a flaw.
class packet_reader {
public:
  packet_reader(std::span<const std::uint8_t> packet, dns_message& message)
      : packet_{packet}, end_{packet.size()}, message_{message} {}

  [[nodiscard]] dns_flaw flaw() const { return flaw_; }
  [[nodiscard]] bool sound() const { return flaw_ == dns_flaw::none; }
  [[nodiscard]] std::size_t rest() const { return end_ - at_; }

  dns_flaw message() {
    header();
    for (unsigned i = 0; sound() && i < message_.header.counts[0]; ++i)
      question();
    std::vector<dns_record>* const sections[] = {
        &message_.answers, &message_.authorities, &message_.additionals};
    for (std::size_t section = 0; section < 3; ++section)
      for (unsigned i = 0; sound() && i < message_.header.counts[section + 1]; ++i)
        record(*sections[section]);
    if (sound() && rest() > 0)
      fail(dns_flaw::trailing_data);
    return flaw_;
  }

private:
  void fail(dns_flaw flaw) {
    if (sound())
      flaw_ = flaw;
  }

  bool need(std::size_t bytes) {
    if (rest() < bytes) // Within a record's data the packet is not what is short.
      fail(in_data_ ? dns_flaw::bad_data : dns_flaw::truncated);
    return sound();
  }

  std::uint16_t u16() {
    if (!need(2))
      return 0;
    at_ += 2;
    return static_cast<std::uint16_t>(packet_[at_ - 2] << 8U | packet_[at_ - 1]);
  }
  std::uint32_t u32() {
    const std::uint32_t high = u16();
    return high << 16U | u16();
  }
  std::span<const std::uint8_t> bytes(std::size_t count) {
    if (!need(count))
      return {};
    at_ += count;
    return packet_.subspan(at_ - count, count);
  }

  void header() {
    auto& header = message_.header;
    header.id = u16();
    const auto flags = u16();
    const auto bit = [flags](unsigned which) { return (flags >> which & 1U) != 0; };
    header.response = bit(15);
    header.opcode = static_cast<std::uint8_t>(flags >> 11U & 15U);
    header.authoritative = bit(10);
    header.truncated = bit(9);
    header.recursion_desired = bit(8);
    header.recursion_available = bit(7);
    header.z = static_cast<std::uint8_t>(flags >> 4U & 7U);
    header.rcode = static_cast<std::uint8_t>(flags & 15U);
    for (auto& count : header.counts)
      count = u16();
  }

  dns_text name() {
    dns_text text;
    message_.make_text(text, [this](std::string& block) { return append(block); });
    return text;
  }

  /// Each pointer must lead to before the part of the name that it ends: what points
  /// only backwards ends.
  bool append(std::string& block) {
    if (block.size() > most_text)
      return fail(dns_flaw::too_large), false;
    const auto begin = block.size();
    auto at = at_, limit = at_;
    std::size_t length = 1;
    unsigned jumps = 0;
    for (;;) {
      // A compressed name may lead out of a record's data, but not itself leave them.
      const auto end = jumps > 0 ? packet_.size() : end_;
      if (at >= end)
        return need(rest() + 1);
      const std::size_t first = packet_[at];
      if ((first & 0xC0U) == 0xC0U) {
        if (end - at < 2)
          return need(rest() + 1);
        const auto target = (first & 0x3fU) << 8U | packet_[at + 1];
        if (target >= limit || jumps == most_jumps)
          return fail(dns_flaw::bad_pointer), false;
        if (jumps++ == 0)
          at_ = at + 2;
        at = limit = target;
        continue;
      }
      if ((first & 0xC0U) != 0)
        return fail(dns_flaw::bad_label), false;
      ++at;
      if (first == 0)
        break;
      if (end - at < first)
        return need(rest() + 1);
      length += first + 1;
      if (length > longest_name)
        return fail(dns_flaw::long_name), false;
      append_label(block, begin, packet_.subspan(at, first));
      at += first;
    }
    if (jumps == 0)
      at_ = at;
    return true;
  }

  void question() {
    dns_question one;
    one.name = name();
    one.type = u16();
    one.klass = u16();
    if (sound())
      message_.questions.push_back(one);
  }

  void record(std::vector<dns_record>& into) {
    dns_record one;
    one.owner = name();
    one.type = u16();
    one.klass = u16();
    one.ttl = u32();
    const auto length = u16();
    if (!need(length))
      return;
    end_ = at_ + length;
    in_data_ = true;
    data(one);
    if (sound() && rest() > 0)
      fail(dns_flaw::bad_data);
    end_ = packet_.size();
    in_data_ = false;
    if (sound())
      into.push_back(one);
  }

  void data(dns_record& one) {
    // Of updates (RFC 2136 2.4): the type says nothing of the data's form.
    if (rest() == 0 && one.klass != dns_class_in) {
      return;
    }
    switch (one.type) {
    case dns_type::a:
      if (const auto octets = bytes(4); sound())
        address(one, ip_address::v4(octets.first<4>()));
      return;
    case dns_type::aaaa:
      if (const auto octets = bytes(16); sound())
        address(one, ip_address::v6(octets.first<16>()));
      return;
    case dns_type::ns:
    case dns_type::cname:
    case dns_type::dname:
    case dns_type::ptr:
      one.target = name();
      return;
    case dns_type::mx:
      one.priority = u16();
      one.target = name();
      return;
    case dns_type::srv:
      one.priority = u16();
      one.weight = u16();
      one.port = u16();
      one.target = name();
      return;
    case dns_type::soa:
      return soa(one);
    case dns_type::txt:
      return strings(one);
    case dns_type::svcb:
    case dns_type::https:
      return service(one);
    case dns_type::uri:
      one.priority = u16();
      one.weight = u16();
      one.target = text(bytes(rest()));
      return;
    default:
      one.raw = text(bytes(rest()));
    }
  }

  static void address(dns_record& one, const ip_address& address) {
    one.has_address = true;
    one.address = address;
  }

  dns_text text(std::span<const std::uint8_t> content) {
    return message_.keep(
        {reinterpret_cast<const char*>(content.data()), content.size()});
  }

  void soa(dns_record& one) {
    one.target = name();
    one.mailbox = name();
    for (auto* number :
         {&one.serial, &one.refresh, &one.retry, &one.expire, &one.minimum})
      *number = u32();
  }

  void strings(dns_record& one) {
    one.strings.first = static_cast<std::uint32_t>(message_.strings.size());
    while (sound() && rest() > 0) {
      const std::size_t length = bytes(1).front();
      const auto content = bytes(length);
      if (!sound())
        return;
      message_.strings.push_back(text(content));
      ++one.strings.count;
    }
  }

  /// RFC 9460 2.2: priority, target, then parameters by rising key.
  void service(dns_record& one) {
    constexpr std::uint16_t ipv4hint = 4, ipv6hint = 6;
    one.priority = u16();
    one.target = name();
    one.hints.first = static_cast<std::uint32_t>(message_.addresses.size());
    while (sound() && rest() > 0) {
      const auto key = u16();
      const auto length = u16();
      auto content = bytes(length);
      const std::size_t size = key == ipv4hint ? 4 : 16;
      if (!sound() || (key != ipv4hint && key != ipv6hint))
        continue;
      if (content.empty() || content.size() % size != 0)
        return fail(dns_flaw::bad_data);
      for (; !content.empty(); content = content.subspan(size)) {
        message_.addresses.push_back(size == 4 ? ip_address::v4(content.first<4>())
                                               : ip_address::v6(content.first<16>()));
        ++one.hints.count;
      }
    }
  }

  std::span<const std::uint8_t> packet_;
  std::size_t at_ = 0;
  std::size_t end_; ///< Of what is read now: the packet, or a record's data.
  bool in_data_ = false;
  dns_message& message_;
  dns_flaw flaw_ = dns_flaw::none;
};

} // namespace

std::string_view to_string(dns_flaw flaw) {
  switch (flaw) {
  case dns_flaw::none:
    return "none";
  case dns_flaw::truncated:
    return "it is cut";
  case dns_flaw::bad_pointer:
    return "a compressed name does not point back";
  case dns_flaw::bad_label:
    return "a label of an unknown type";
  case dns_flaw::long_name:
    return "a name of more than 255 bytes";
  case dns_flaw::too_large:
    return "its names are more than 1 MiB";
  case dns_flaw::bad_data:
    return "a record's data are not of its type's length";
  case dns_flaw::trailing_data:
    return "something follows the last record";
  }
  return "";
}

dns_flaw parse_dns(std::span<const std::uint8_t> packet, dns_message& message) {
  message.clear();
  return packet_reader{packet, message}.message();
}

} // namespace vedette
