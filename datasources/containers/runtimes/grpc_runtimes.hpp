#pragma once

#include "datasources/containers/runtimes/runtime_api.hpp"
#include "datasources/containers/runtimes/runtimes.hpp"

#include <memory>

namespace vedette {

/// containerd's own API: a container may be in any of its namespaces.
std::unique_ptr<runtime_api> make_containerd_api(const runtimes_config& config,
                                                 post_call post);

/// Kubernetes' runtime interface, as CRI-O has it.
std::unique_ptr<runtime_api> make_cri_api(const runtimes_config& config,
                                          post_call post);

} // namespace vedette
