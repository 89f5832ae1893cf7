#pragma once

#include "events/value.hpp"
#include "runtime/errors.hpp"

#include <chrono>
#include <expected>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// How signatures read `signatures.params.<ID>`.
namespace vedette {

/// The list of texts under this name; nothing if it is not given. Errors:
/// invalid_config, it is something else.
std::expected<std::optional<std::vector<std::string>>, error>
text_list_parameter(const value& params, std::string_view name);

/// The same where there is a default: `into` stays as it is if the list is not given.
std::expected<void, error> text_list_parameter(const value& params, std::string_view name,
                                               std::vector<std::string>& into);

/// `30s`, `5m`, `0`, as everywhere in a configuration; nothing if it is not given.
/// Errors: invalid_config, it is something else.
std::expected<std::optional<std::chrono::nanoseconds>, error>
duration_parameter(const value& params, std::string_view name);

/// Errors: invalid_config, there is a parameter that is none of these.
std::expected<void, error>
check_parameter_names(const value& params,
                      std::initializer_list<std::string_view> names);

} // namespace vedette
