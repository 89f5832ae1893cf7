#pragma once

#include <caf/atom.hpp>
#include <caf/error.hpp>
#include <caf/make_message.hpp>

#include <cstdint>
#include <string>
#include <system_error>

namespace vedette {

/// Every way in which a request or a start-up step fails.
/// Append only: codes reach logs, metrics and users. 0 is CAF's and std's "no error".
enum class ec : std::uint8_t {
  data_not_found = 1,    ///< Right type of key, nothing known about it.
  key_not_supported = 2, ///< Wrong type or shape of key; asking again is pointless.
  expired = 3,           ///< Known once, no longer valid.
  unavailable = 4,       ///< The source or actor is shutting down or gone.
  invalid_config = 5,    ///< A value outside of its documented range.
  no_such_source = 6,    ///< No data source has this namespace, id and type.
  version_mismatch = 7,  ///< The data source speaks another schema version.
  no_btf = 8,            ///< The kernel does not describe its types.
  no_privileges = 9,     ///< Not root, or root in a box.
  no_probe = 10,         ///< The kernel refuses every probe of an event.
  system = 11,           ///< A system call failed.
  bad_input = 12,        ///< A line, record or capture that cannot be read.
  sink_failed = 13,      ///< An output cannot be written.
  duplicate = 14,        ///< A name or id that is taken.
  reserved = 15,         ///< A name that only built-ins may use.
};

/// A failure in plain code: what was attempted, on what, and what to do about it, as one
/// line that stands for itself.
struct error {
  ec code;
  std::string detail;
};

/// "detail: text of errno", code `system`.
error system_error(std::string detail, int number);

/// Name of the code as it appears in logs and metrics.
std::string to_string(ec code);

/// Errors of ours in CAF's clothes. At most 10 characters: CAF 0.17 keeps names of
/// categories and atoms in 64 bits.
inline constexpr auto error_category = caf::atom("vedette");

/// make_error(ec) and make_error(ec, detail): `detail` is a string that says what was
/// wrong with which value.
using caf::make_error;

/// The same failure as a message.
caf::error to_caf(const error& failure);

/// Back again; the detail of an error that is not ours is CAF's rendering.
error from_caf(const caf::error& failure);

/// The code in `error`. Errors that are not ours come from CAF and mean that the
/// receiver is down or quit: `ec::unavailable`.
ec to_ec(const caf::error& error) noexcept;

/// "vedette: code (detail)"; CAF's own errors as CAF renders them.
std::string render(const caf::error& error);

std::error_code make_error_code(ec code) noexcept;

} // namespace vedette

// Makes `ec` convertible to caf::error and comparable with it.
CAF_ERROR_CODE_ENUM(vedette::ec, "vedette")

template <>
struct std::is_error_code_enum<vedette::ec> : std::true_type {};
