#pragma once

#include "datasources/contract.hpp"
#include "datasources/source_handle.hpp"
#include "events/dns/ip_address.hpp"
#include "events/entity.hpp"

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// One record that an answer rests on.
struct dns_record_info {
  std::string owner;     ///< A name, or the address that a reverse name spells.
  std::string type;      ///< `A`, `CNAME`, `TXT`, ...
  std::string value;     ///< Address or name; of other types the rdata as text.
  std::uint32_t ttl = 0; ///< Seconds, as received.
  time_ns seen_at{};
  entity_id asked_by{}; ///< The process that asked, or else got it; 0: unknown.
  std::string container_id;
  bool solicited = false; ///< A matching query was seen before it.
};

/// What is related to a name or address as of a time: spec/data-sources.md section 4.
struct dns_info {
  std::vector<std::string> ip_addresses; ///< Canonical spelling, first seen first.
  std::vector<std::string> dns_queries;  ///< Asked for, oldest first; then the others.
  std::string dns_root; ///< The oldest query that leads to the key; empty: none.
  std::string negative; ///< `NXDOMAIN`, `NODATA`, or empty: not only that is known.
  std::vector<dns_record_info> records; ///< If asked for: dns_parts::records.
};

/// What a question wants, and what it leaves out. Bits.
enum class dns_parts : std::uint8_t { plain = 0, records = 1, solicited_only = 2 };

constexpr dns_parts operator|(dns_parts a, dns_parts b) {
  return static_cast<dns_parts>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool has(dns_parts all, dns_parts one) {
  return (static_cast<unsigned>(all) & static_cast<unsigned>(one)) != 0;
}

/// A name or address by its hash, which is the process's own. A reverse name has the
/// key of the address that it spells.
struct dns_key {
  std::uint64_t id = 0; ///< 0: nothing.
  dns_parts parts = dns_parts::plain;

  bool operator==(const dns_key&) const = default;

  static dns_key of_address(const ip_address& address,
                            dns_parts parts = dns_parts::plain);
  /// `name` is canonical (events/dns/dns_name.hpp), and may be a reverse name.
  static dns_key of_name(std::string_view name, dns_parts parts = dns_parts::plain);
  /// A name in any case, an address in any spelling, or a reverse name.
  /// Errors: key_not_supported, it is none of them.
  static std::expected<dns_key, error> of_text(std::string_view text,
                                               dns_parts parts = dns_parts::plain);
};

class dns_handle;

/// Data source `tracee/dns`, version 1.
struct dns {
  using key = dns_key;
  using record = dns_info;
  using handle = dns_handle;

  static const source_description& description();
  /// A string, or `{"address":"…"}` with that string. Asks for the records, too.
  static std::expected<dns_key, error> parse_key(const value& json);
  static value to_value(const dns_info& record, time_ns as_of);
};

} // namespace vedette

template <>
struct std::hash<vedette::dns_key> {
  std::size_t operator()(const vedette::dns_key& key) const noexcept {
    return key.id ^ static_cast<std::size_t>(key.parts) << 56U;
  }
};

namespace vedette {

using dns_actor = source_actor<dns>;

/// What signatures ask with. Each `co_await` gives a get_result<dns_info>.
class dns_handle {
public:
  dns_handle() = default;
  explicit dns_handle(source_handle<dns> gets) : gets_{gets} {}

  /// Of a name as it stands in events: any case, any dot at its end; addresses and
  /// reverse names, too. Errors: key_not_supported, it is none; data_not_found,
  /// expired, unavailable.
  [[nodiscard]] auto name(std::string_view name, time_ns as_of,
                          dns_parts parts = dns_parts::plain) {
    return gets_.get(dns_key::of_text(name, parts).value_or(dns_key{}), as_of);
  }
  [[nodiscard]] auto address(const ip_address& address, time_ns as_of,
                             dns_parts parts = dns_parts::plain) {
    return gets_.get(dns_key::of_address(address, parts), as_of);
  }
  [[nodiscard]] auto address(std::string_view address, time_ns as_of,
                             dns_parts parts = dns_parts::plain) {
    return name(address, as_of, parts);
  }

  [[nodiscard]] std::uint32_t version() const { return gets_.version(); }

private:
  source_handle<dns> gets_;
};

} // namespace vedette
