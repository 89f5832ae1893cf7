#pragma once

#include <string>
#include <string_view>

namespace vedette {

/// Appends RFC 4648 section 4, padded.
void append_base64(std::string& out, std::string_view bytes);

/// Appends what `text` encodes. False, with `out` as before, if it is not base64 with
/// all of its padding.
bool decode_base64(std::string& out, std::string_view text);

} // namespace vedette
