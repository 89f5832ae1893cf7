#include "events/dns/dns_codes.hpp"

#include "events/json_string.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <span>

namespace vedette {

namespace {

struct code_name {
  std::uint16_t code;
  std::string_view name;
};

// IANA, Domain Name System Parameters, October 2024.
constexpr code_name types[] = {
    {1, "A"},      {2, "NS"},          {3, "MD"},       {4, "MF"},
    {5, "CNAME"},  {6, "SOA"},         {7, "MB"},       {8, "MG"},
    {9, "MR"},     {10, "NULL"},       {11, "WKS"},     {12, "PTR"},
    {13, "HINFO"}, {14, "MINFO"},      {15, "MX"},      {16, "TXT"},
    {17, "RP"},    {18, "AFSDB"},      {24, "SIG"},     {25, "KEY"},
    {28, "AAAA"},  {29, "LOC"},        {33, "SRV"},     {35, "NAPTR"},
    {36, "KX"},    {37, "CERT"},       {39, "DNAME"},   {41, "OPT"},
    {42, "APL"},   {43, "DS"},         {44, "SSHFP"},   {45, "IPSECKEY"},
    {46, "RRSIG"}, {47, "NSEC"},       {48, "DNSKEY"},  {49, "DHCID"},
    {50, "NSEC3"}, {51, "NSEC3PARAM"}, {52, "TLSA"},    {53, "SMIMEA"},
    {55, "HIP"},   {59, "CDS"},        {60, "CDNSKEY"}, {61, "OPENPGPKEY"},
    {62, "CSYNC"}, {63, "ZONEMD"},     {64, "SVCB"},    {65, "HTTPS"},
    {99, "SPF"},   {108, "EUI48"},     {109, "EUI64"},  {249, "TKEY"},
    {250, "TSIG"}, {251, "IXFR"},      {252, "AXFR"},   {255, "ANY"},
    {256, "URI"},  {257, "CAA"},
};
constexpr code_name classes[] = {{1, "IN"}, {2, "CS"},     {3, "CH"},
                                 {4, "HS"}, {254, "NONE"}, {255, "ANY"}};
constexpr code_name opcodes[] = {
    {0, "query"}, {1, "inverse query"}, {2, "status"}, {4, "notify"}, {5, "update"}};
// As gopacket, which Tracee uses, has them, in lower case.
constexpr code_name rcodes[] = {
    {0, "no error"},
    {1, "format error"},
    {2, "server failure"},
    {3, "non-existent domain"},
    {4, "not implemented"},
    {5, "query refused"},
    {6, "name exists when it should not"},
    {7, "rr set exists when it should not"},
    {8, "rr set that should exist does not"},
    {9, "server not authoritative for zone"},
    {10, "name not contained in zone"},
    {16, "bad opt version"},
};

void append_name(std::string& out, std::span<const code_name> table,
                 std::string_view otherwise, unsigned code) {
  const auto found = std::ranges::find(table, code, &code_name::code);
  if (found != table.end()) {
    out += found->name;
    return;
  }
  out += otherwise;
  append_json_integer(out, code);
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_text(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

template <class Code>
std::optional<Code> find_code(std::span<const code_name> table,
                              std::string_view otherwise, std::string_view name) {
  while (!name.empty() && name.front() == ' ')
    name.remove_prefix(1);
  while (!name.empty() && name.back() == ' ')
    name.remove_suffix(1);
  for (const auto& one : table)
    if (same_text(one.name, name))
      return static_cast<Code>(one.code);
  if (same_text(name.substr(0, otherwise.size()), otherwise))
    name.remove_prefix(otherwise.size());
  Code code = 0;
  const auto* end = name.data() + name.size();
  const auto read = std::from_chars(name.data(), end, code);
  if (name.empty() || read.ec != std::errc{} || read.ptr != end)
    return {};
  return code;
}

} // namespace

void append_dns_type(std::string& out, std::uint16_t type) {
  append_name(out, types, "TYPE", type);
}
void append_dns_class(std::string& out, std::uint16_t number) {
  append_name(out, classes, "CLASS", number);
}
void append_dns_opcode(std::string& out, std::uint8_t opcode) {
  append_name(out, opcodes, "", opcode);
}
void append_dns_rcode(std::string& out, std::uint8_t rcode) {
  append_name(out, rcodes, "", rcode);
}

std::optional<std::uint16_t> find_dns_type(std::string_view name) {
  return find_code<std::uint16_t>(types, "TYPE", name);
}
std::optional<std::uint16_t> find_dns_class(std::string_view name) {
  return find_code<std::uint16_t>(classes, "CLASS", name);
}
std::optional<std::uint8_t> find_dns_opcode(std::string_view name) {
  return find_code<std::uint8_t>(opcodes, "", name);
}
std::optional<std::uint8_t> find_dns_rcode(std::string_view name) {
  return find_code<std::uint8_t>(rcodes, "", name);
}

} // namespace vedette
