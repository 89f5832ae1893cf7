#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vedette {

/// Name of a system call by its number in the x86-64 table, or, for `compat`, in that
/// of i386 (those which 32-bit programs commonly make). Empty for -1 and for what is
/// not known.
std::string_view syscall_name(std::int32_t number, bool compat);

/// The number again. Of i386 only names that syscall_name() gives.
std::optional<std::int32_t> syscall_number(std::string_view name, bool compat);

} // namespace vedette
