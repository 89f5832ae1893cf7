#include "runtime/errors.hpp"

#include <caf/actor_system_config.hpp>

#include <cstring>
#include <utility>

namespace vedette {

namespace {

class std_category final : public std::error_category {
public:
  [[nodiscard]] const char* name() const noexcept override { return "vedette"; }
  [[nodiscard]] std::string message(int code) const override {
    return to_string(static_cast<ec>(code));
  }
};

} // namespace

error system_error(std::string detail, int number) {
  return {ec::system, std::move(detail) + ": " + std::strerror(number)};
}

caf::error to_caf(const error& failure) {
  return make_error(failure.code, failure.detail);
}

error from_caf(const caf::error& failure) {
  if (!failure || failure.category() != error_category)
    return {ec::unavailable, caf::actor_system_config::render(failure)};
  error result{to_ec(failure), {}};
  if (failure.context().match_elements<std::string>())
    result.detail = failure.context().get_as<std::string>(0);
  return result;
}

std::string to_string(ec code) {
  switch (code) { // No default: -Wswitch reports a code without a name.
  case ec::data_not_found:
    return "data_not_found";
  case ec::key_not_supported:
    return "key_not_supported";
  case ec::expired:
    return "expired";
  case ec::unavailable:
    return "unavailable";
  case ec::invalid_config:
    return "invalid_config";
  case ec::no_such_source:
    return "no_such_source";
  case ec::version_mismatch:
    return "version_mismatch";
  case ec::no_btf:
    return "no_btf";
  case ec::no_privileges:
    return "no_privileges";
  case ec::no_probe:
    return "no_probe";
  case ec::system:
    return "system";
  case ec::bad_input:
    return "bad_input";
  case ec::sink_failed:
    return "sink_failed";
  case ec::duplicate:
    return "duplicate";
  case ec::reserved:
    return "reserved";
  }
  return "unknown_error";
}

ec to_ec(const caf::error& error) noexcept {
  if (error && error.category() == error_category)
    return static_cast<ec>(error.code());
  return ec::unavailable;
}

std::string render(const caf::error& error) {
  if (!error || error.category() != error_category)
    return caf::actor_system_config::render(error);
  auto text = "vedette: " + to_string(to_ec(error));
  if (error.context().match_elements<std::string>())
    text += " (" + error.context().get_as<std::string>(0) + ")";
  return text;
}

std::error_code make_error_code(ec code) noexcept {
  static const std_category category;
  return {static_cast<int>(code), category};
}

} // namespace vedette
