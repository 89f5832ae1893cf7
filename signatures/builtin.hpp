#pragma once

#include "signatures/signature.hpp"

#include <memory>
#include <span>

namespace vedette {

/// A signature that this binary knows: makes an instance, for each shard one.
struct signature_factory {
  std::unique_ptr<signature> (*make)();
};

/// All built-in signatures, in the order of signature_ids (finding_ids.hpp).
std::span<const signature_factory> builtin_signatures();

} // namespace vedette
