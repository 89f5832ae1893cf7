#pragma once

#include "cli/session.hpp"

#include <expected>
#include <memory>

namespace vedette {

/// Begins to replay `options.words`; lines that cannot be used are told on stderr. For
/// `replay` and `get`. Errors, told already: the exit code.
std::expected<std::unique_ptr<session>, int> start_replay(const plan& what,
                                                          const run_options& options);

} // namespace vedette
