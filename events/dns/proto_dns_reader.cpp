#include "events/dns/dns_codes.hpp"
#include "events/dns/dns_name.hpp"
#include "events/dns/proto_dns.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <simdjson.h>

namespace vedette {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

std::string_view string_in(const object& owner, std::string_view key) {
  std::string_view text;
  if (owner[key].get(text) != simdjson::SUCCESS)
    return {};
  return text;
}

/// 0 where there is none; a bool is 0 or 1, what is too large the largest.
template <class Number>
Number number_in(const object& owner, std::string_view key) {
  std::uint64_t number = 0;
  bool truth = false;
  if (owner[key].get(truth) == simdjson::SUCCESS)
    return static_cast<Number>(truth);
  if (owner[key].get(number) != simdjson::SUCCESS)
    return 0;
  return static_cast<Number>(
      std::min<std::uint64_t>(number, std::numeric_limits<Number>::max()));
}

/// By its name, or a number.
template <class Code>
std::optional<Code> code_in(const object& owner, std::string_view key,
                            std::optional<Code> (*find)(std::string_view)) {
  std::uint64_t number = 0;
  if (owner[key].get(number) == simdjson::SUCCESS)
    return number <= std::numeric_limits<Code>::max()
               ? std::optional{static_cast<Code>(number)}
               : std::nullopt;
  return find(string_in(owner, key));
}

} // namespace

class proto_dns_reader::state {
public:
  std::expected<void, std::string_view> read(std::string_view json,
                                             dns_message& message) {
    message.clear();
    message_ = &message;
    element whole;
    if (const auto failure = parser_.parse(json.data(), json.size()).get(whole))
      return std::unexpected{std::string_view{simdjson::error_message(failure)}};
    object root;
    if (whole.get(root) != simdjson::SUCCESS)
      return std::unexpected{std::string_view{"not an object"}};
    if (root["flaw"].error() == simdjson::SUCCESS)
      return std::unexpected{std::string_view{"a packet with a flaw"}};
    read_header(root);
    each_in(root, "questions", [this](const object& one) { return question(one); });
    const auto section = [&](std::string_view key, std::vector<dns_record>& into) {
      each_in(root, key, [&](const object& one) { return record(one, into); });
    };
    section("answers", message.answers);
    section("authorities", message.authorities);
    section("additionals", message.additionals);
    return {};
  }

  [[nodiscard]] std::size_t skipped() const { return skipped_; }

private:
  void read_header(const object& root) {
    auto& header = message_->header;
    header.id = number_in<std::uint16_t>(root, "ID");
    header.response = number_in<std::uint8_t>(root, "QR") != 0;
    // Without a name for it: no query, no error is what nearly all messages say.
    header.opcode = code_in(root, "opCode", find_dns_opcode).value_or(0);
    header.authoritative = number_in<std::uint8_t>(root, "AA") != 0;
    header.truncated = number_in<std::uint8_t>(root, "TC") != 0;
    header.recursion_desired = number_in<std::uint8_t>(root, "RD") != 0;
    header.recursion_available = number_in<std::uint8_t>(root, "RA") != 0;
    header.z = number_in<std::uint8_t>(root, "Z");
    // An unknown failure must not pass for an empty answer: server failure.
    const bool says = root["responseCode"].error() == simdjson::SUCCESS;
    header.rcode =
        code_in(root, "responseCode", find_dns_rcode)
            .value_or(says ? dns_rcode::server_failure : dns_rcode::no_error);
    constexpr std::string_view keys[] = {"QDCount", "ANCount", "NSCount", "ARCount"};
    for (std::size_t i = 0; i < 4; ++i)
      header.counts[i] = number_in<std::uint16_t>(root, keys[i]);
  }

  template <class Read>
  void each_in(const object& owner, std::string_view key, Read read_one) {
    array items;
    if (owner[key].get(items) != simdjson::SUCCESS)
      return;
    for (const auto item : items) {
      object one;
      if (item.get(one) != simdjson::SUCCESS || !read_one(one))
        ++skipped_;
    }
  }

  /// An empty one where there is none: a default-constructed one must not be asked.
  [[nodiscard]] object object_in(const object& owner, std::string_view key) const {
    object found;
    return owner[key].get(found) == simdjson::SUCCESS ? found : empty_;
  }

  bool name(dns_text& text, const object& owner, std::string_view key) {
    return message_->make_text(text, [&](std::string& block) {
      return append_canonical_name(block, string_in(owner, key));
    });
  }

  bool question(const object& from) {
    dns_question one;
    if (!name(one.name, from, "name"))
      return false;
    one.type = code_in(from, "type", find_dns_type).value_or(0);
    one.klass = code_in(from, "class", find_dns_class).value_or(dns_class_in);
    message_->questions.push_back(one);
    return true;
  }

  bool record(const object& from, std::vector<dns_record>& into) {
    dns_record one;
    if (!name(one.owner, from, "name"))
      return false;
    // gopacket calls types that it does not know "Unknown".
    one.type = code_in(from, "type", find_dns_type).value_or(0);
    one.klass = code_in(from, "class", find_dns_class).value_or(dns_class_in);
    one.ttl = number_in<std::uint32_t>(from, "TTL");
    if (!content(from, one))
      return false;
    into.push_back(one);
    return true;
  }

  bool content(const object& from, dns_record& one) {
    switch (one.type) {
    case dns_type::a:
    case dns_type::aaaa:
      return address(from, one);
    case dns_type::ns:
      return name(one.target, from, "NS");
    case dns_type::cname:
      return name(one.target, from, "CNAME");
    case dns_type::ptr:
      return name(one.target, from, "PTR");
    case dns_type::dname:
      return name(one.target, from, "DNAME");
    case dns_type::mx:
      return target(object_in(from, "MX"), "preference", "name", one);
    case dns_type::srv:
      return srv(object_in(from, "SRV"), one);
    case dns_type::uri: {
      const auto uri = object_in(from, "URI");
      one.target = message_->keep(string_in(uri, "target"));
      one.priority = number_in<std::uint16_t>(uri, "priority");
      one.weight = number_in<std::uint16_t>(uri, "weight");
      return true;
    }
    case dns_type::svcb:
    case dns_type::https:
      return svcb(from, one);
    case dns_type::soa:
      return soa(object_in(from, "SOA"), one);
    case dns_type::txt:
      return strings(from, one);
    default:
      return true;
    }
  }

  static bool address(const object& from, dns_record& one) {
    const auto text = string_in(from, "IP");
    if (text.empty() && one.klass != dns_class_in) // Of updates: RFC 2136 2.4.
      return true;
    const auto parsed = parse_address(text);
    if (!parsed)
      return false;
    one.has_address = true;
    one.address = *parsed;
    return true;
  }

  bool target(const object& from, std::string_view order, std::string_view key,
              dns_record& one) {
    one.priority = number_in<std::uint16_t>(from, order);
    return name(one.target, from, key);
  }

  bool srv(const object& from, dns_record& one) {
    one.weight = number_in<std::uint16_t>(from, "weight");
    one.port = number_in<std::uint16_t>(from, "port");
    return target(from, "priority", "name", one);
  }

  bool svcb(const object& record, dns_record& one) {
    const auto from = object_in(record, "SVCB");
    one.hints.first = static_cast<std::uint32_t>(message_->addresses.size());
    array hints;
    if (from["hints"].get(hints) == simdjson::SUCCESS)
      for (const auto hint : hints) {
        std::string_view text;
        if (hint.get(text) != simdjson::SUCCESS)
          continue;
        if (const auto parsed = parse_address(text))
          message_->addresses.push_back(*parsed);
      }
    one.hints.count =
        static_cast<std::uint32_t>(message_->addresses.size()) - one.hints.first;
    return target(from, "priority", "target", one);
  }

  bool soa(const object& from, dns_record& one) {
    one.serial = number_in<std::uint32_t>(from, "serial");
    one.refresh = number_in<std::uint32_t>(from, "refresh");
    one.retry = number_in<std::uint32_t>(from, "retry");
    one.expire = number_in<std::uint32_t>(from, "expire");
    one.minimum = number_in<std::uint32_t>(from, "minimum");
    return name(one.target, from, "MName") && name(one.mailbox, from, "RName");
  }

  bool strings(const object& from, dns_record& one) {
    one.strings.first = static_cast<std::uint32_t>(message_->strings.size());
    const auto add = [&](std::string_view text) {
      message_->strings.push_back(message_->keep(text));
      ++one.strings.count;
    };
    array texts;
    if (from["TXTs"].get(texts) == simdjson::SUCCESS)
      for (const auto item : texts) {
        std::string_view text;
        if (item.get(text) == simdjson::SUCCESS)
          add(text);
      }
    if (one.strings.count == 0 && !string_in(from, "TXT").empty())
      add(string_in(from, "TXT"));
    return true;
  }

  simdjson::dom::parser parser_, nothing_;
  object empty_ = nothing_.parse(std::string_view{"{}"});
  dns_message* message_ = nullptr;
  std::size_t skipped_ = 0;
};

proto_dns_reader::proto_dns_reader() : state_{std::make_unique<state>()} {}
proto_dns_reader::~proto_dns_reader() = default;
proto_dns_reader::proto_dns_reader(proto_dns_reader&&) noexcept = default;
proto_dns_reader& proto_dns_reader::operator=(proto_dns_reader&&) noexcept = default;

std::expected<void, std::string_view> proto_dns_reader::read(std::string_view json,
                                                             dns_message& message) {
  return state_->read(json, message);
}

std::size_t proto_dns_reader::skipped() const {
  return state_->skipped();
}

} // namespace vedette
