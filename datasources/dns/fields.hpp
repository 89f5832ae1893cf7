#pragma once

#include "datasources/dns/dns.hpp"
#include "datasources/reflection.hpp"

#include <tuple>

// The records as JSON and JSON Schema: spec/data-sources.md section 4.
namespace vedette {

template <>
struct fields_of<dns_record_info> {
  using info = dns_record_info;
  static constexpr auto list = std::tuple{
      field{"owner", &info::owner,
            "A name, or the address that a reverse name spells."},
      field{"type", &info::type, "A, CNAME, TXT, ..."},
      field{"value", &info::value, "Address or name; else the record's data as text."},
      field{"ttl", &info::ttl, "Seconds, as received."},
      field{"seen_at", &info::seen_at, "ns since the epoch."},
      field{"asked_by", &info::asked_by,
            "The process that asked, or else received it; 0: unknown."},
      field{"container_id", &info::container_id, "Of that process; empty: the host."},
      field{"solicited", &info::solicited, "A matching query was seen before it."}};
};

template <>
struct fields_of<dns_info> {
  using info = dns_info;
  static constexpr auto list = std::tuple{
      field{"ip_addresses", &info::ip_addresses,
            "Addresses related to the key, first seen first."},
      field{
          "dns_queries", &info::dns_queries,
          "Names related to the key: those asked for, oldest first, then the others."},
      field{"dns_root", &info::dns_root,
            "The oldest query that leads to the key; empty: none."},
      field{"negative", &info::negative,
            "Only where nothing but a negative answer is known."},
      field{"records", &info::records, "What the answer rests on, oldest first."}};
};

} // namespace vedette
