#pragma once

#include "cli/session.hpp"

#include <expected>
#include <functional>
#include <memory>

namespace vedette {

/// What is done before the first line is read.
using before_replay = std::function<std::expected<void, error>(session&)>;

/// Begins to replay `options.words`; lines that cannot be used are told on stderr. For
/// `replay` and `get`. Errors, told already: the exit code.
std::expected<std::unique_ptr<session>, int> start_replay(const plan& what,
                                                          const run_options& options,
                                                          const before_replay& first = {});

} // namespace vedette
