#pragma once

// For kernel_side alone: libbpf and the compiled programs.

#include "bpf/watched.h" // The skeleton names its types without defining them.
#include "events/definitions.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <optional>
#include <vedette.skel.h>

namespace vedette {

/// Its number in enum watched, if it has a program of its own.
std::optional<unsigned> watched_hook(event_kind event);

} // namespace vedette
