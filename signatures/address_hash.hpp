#pragma once

#include "datasources/text_hash.hpp"
#include "events/dns/ip_address.hpp"

#include <cstddef>

namespace vedette {

/// For tables by address.
struct address_hash {
  std::size_t operator()(const ip_address& address) const {
    const auto* bytes = reinterpret_cast<const char*>(address.bytes.data());
    return hash64({bytes, address.bytes.size()});
  }
};

} // namespace vedette
