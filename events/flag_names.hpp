#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vedette {

/// Whether this argument's number may come as names: `flags`, `prot`, `request`, ...
bool takes_flag_names(std::string_view argument);

/// The number that `O_RDWR|O_CREAT`, `PTRACE_TRACEME`, `AF_INET`, `0x80000` or `-100`
/// stands for in this argument of this event (x86-64 values). Nothing if some part is
/// neither a number nor a name that belongs there: `O_RDWR` is no protection.
std::optional<std::int64_t> parse_flag_names(std::string_view event,
                                             std::string_view argument,
                                             std::string_view text);

/// The first name with this beginning that stands for the number; "": it has none.
std::string_view flag_name_of(std::string_view prefix, std::int64_t number);

/// Decimal, or hexadecimal after `0x`.
std::optional<std::uint64_t> parse_unsigned(std::string_view text);

/// The same, with a sign if need be.
std::optional<std::int64_t> parse_number(std::string_view text);

} // namespace vedette
