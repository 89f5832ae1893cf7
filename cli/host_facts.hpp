#pragma once

#include "events/capture/capture_facts.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace vedette {

/// What a recording of this host says about it.
capture_facts host_facts(unsigned shards, std::chrono::nanoseconds clock_offset);

/// The name of the host that the first capture among these files is of; "": there is none.
/// What comes through a pipe is not looked at.
std::string recorded_host(const std::vector<std::string>& files);

} // namespace vedette
