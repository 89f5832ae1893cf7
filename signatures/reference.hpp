#pragma once

#include <string>

namespace vedette {

/// docs/signatures.md: all built-in signatures, made from what they say of themselves.
std::string signatures_reference();

} // namespace vedette
