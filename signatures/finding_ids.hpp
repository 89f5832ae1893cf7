#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace vedette {

/// Every signature that findings' event ids are kept for. Append only: ids reach users.
inline constexpr std::array<std::string_view, 37> signature_ids{
    "TRC-101",  "TRC-102",  "TRC-103",  "TRC-104",  "TRC-105",  "TRC-106",  "TRC-107",
    "TRC-108",  "TRC-109",  "TRC-1010", "TRC-1011", "TRC-1012", "TRC-1013", "TRC-1014",
    "TRC-1015", "TRC-1016", "TRC-1017", "TRC-1018", "TRC-1019", "TRC-1020", "TRC-1021",
    "TRC-1022", "TRC-1023", "TRC-1024", "TRC-1025", "TRC-1026", "TRC-1027", "TRC-1028",
    "TRC-1029", "TRC-1030", "TRC-1031", "VED-1",    "VED-2",    "VED-3",    "VED-4",
    "VED-5",    "VED-6"};

/// The event id of a signature's findings. Does not compile for one that has none.
consteval std::int32_t finding_event_id(std::string_view signature) {
  const auto found = std::ranges::find(signature_ids, signature);
  if (found == signature_ids.end())
    throw "no such signature in signature_ids";
  return 6000 + static_cast<std::int32_t>(found - signature_ids.begin());
}

} // namespace vedette
