#pragma once

#include "datasources/contract.hpp"

#include <string>

namespace vedette {

/// A source's part of docs/data-sources.md: who it is, what it may be asked, and every
/// member of its answers, all from its description.
std::string reference_of(const source_description& source);

} // namespace vedette
