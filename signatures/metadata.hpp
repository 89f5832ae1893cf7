#pragma once

#include "events/value.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace vedette {

/// A key of `signatures.params.<ID>`.
struct parameter_info {
  std::string name;
  std::string meaning; ///< With what it is if it is not given.
};

/// What a signature says of itself; becomes the `metadata` of its findings.
struct signature_metadata {
  std::string id;         ///< `TRC-105`: what people enable and disable.
  std::string version;    ///< `1.0.0`, of the signature.
  std::string name;       ///< For people: `Fileless execution detected`.
  std::string event_name; ///< Of its findings: `fileless_execution`.
  std::string description = {};
  std::vector<std::string> tags = {};
  int severity = 0; ///< 0 to 3.
  /// Further properties, e.g. MITRE ATT&CK: `Category`, `Technique`, `id`, `external_id`.
  value::object properties = {};
  std::int32_t event_id = 0; ///< Of its findings: from 6000, append only.
  std::vector<parameter_info> parameters = {};
  bool by_default = true; ///< It runs if the configuration does not say which do.
};

} // namespace vedette
