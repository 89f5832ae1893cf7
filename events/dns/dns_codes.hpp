#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Numbers of the DNS protocol and how trace.ProtoDNS names them. What has no name is
// written as in RFC 3597 5 (`TYPE1234`, `CLASS7`), opcodes and rcodes as decimals.
namespace vedette {

/// Those that the code knows more of than their names. The rest: dns_codes.cpp.
namespace dns_type {
inline constexpr std::uint16_t a = 1, ns = 2, cname = 5, soa = 6, ptr = 12, mx = 15,
                               txt = 16, aaaa = 28, srv = 33, dname = 39, opt = 41,
                               svcb = 64, https = 65, any = 255, uri = 256;
} // namespace dns_type

inline constexpr std::uint16_t dns_class_in = 1;

namespace dns_rcode {
inline constexpr std::uint8_t no_error = 0, server_failure = 2, nxdomain = 3;
} // namespace dns_rcode

inline constexpr std::uint8_t dns_opcode_query = 0;

void append_dns_type(std::string& out, std::uint16_t type);
void append_dns_class(std::string& out, std::uint16_t number);
void append_dns_opcode(std::string& out, std::uint8_t opcode);
void append_dns_rcode(std::string& out, std::uint8_t rcode);

/// In any case; blanks around the name are ignored, decimals are taken, too. Nothing:
/// there is no such name.
std::optional<std::uint16_t> find_dns_type(std::string_view name);
std::optional<std::uint16_t> find_dns_class(std::string_view name);
std::optional<std::uint8_t> find_dns_opcode(std::string_view name);
std::optional<std::uint8_t> find_dns_rcode(std::string_view name);

} // namespace vedette
