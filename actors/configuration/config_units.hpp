#pragma once

#include "runtime/units.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// Text of a user's in quotes, for a message: one line, not too long, nothing that a
/// terminal acts upon.
std::string in_quotes(std::string_view text);
std::string on_one_line(std::string_view text, std::size_t most);

/// What the user may have meant: the candidate with the fewest wrong, missing, swapped
/// or superfluous letters, if these are few compared with the word.
std::optional<std::string_view>
nearest(std::string_view word, const std::vector<std::string_view>& candidates);

} // namespace vedette
