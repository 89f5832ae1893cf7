#pragma once

#include "datasources/containers/runtimes/runtime_api.hpp"
#include "datasources/containers/runtimes/runtimes.hpp"

#include <memory>
#include <string>

namespace vedette {

/// Docker's Engine API, which Podman has, too; `runtime` is which of them it is. Errors
/// of ask(): all of attempt_failure.
std::unique_ptr<runtime_api> make_docker_api(std::string runtime, std::string socket,
                                             const runtimes_config& config);

} // namespace vedette
