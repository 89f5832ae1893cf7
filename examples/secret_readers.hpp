#pragma once

#include "signatures/signature.hpp"

#include <memory>

namespace vedette::examples {

/// The signature of docs/first-signature.md.
std::unique_ptr<signature> make_secret_readers();

} // namespace vedette::examples
