#pragma once

#include "events/batch.hpp"
#include "events/value.hpp"
#include "runtime/time.hpp"
#include "signatures/metadata.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <memory>
#include <vector>

namespace vedette {

/// What a signature reports: name → value, in the order in which they will stand in the
/// finding's args.
using finding_data = value::object;

/// A signature fired. It is an event: it has its causal event's context and time.
struct finding {
  std::shared_ptr<const signature_metadata> signature;
  event_ref cause;
  finding_data data;
};

using finding_list = std::vector<finding>;

} // namespace vedette

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(vedette::finding_list)
