#include "cli/privileges.hpp"

#include <array>
#include <cap-ng.h>
#include <cerrno>

namespace vedette {

namespace {

constexpr std::array needed{
    CAP_BPF,          // Counters, scans.
    CAP_PERFMON,      // The same, of what programs traced.
    CAP_SYS_PTRACE,   // Other processes' exe, cwd.
    CAP_DAC_OVERRIDE, // Output files, the runtimes' sockets, other processes' /proc.
    CAP_KILL};        // Signals for the command that was asked to be run.

} // namespace

std::expected<void, error> drop_privileges(bool starts_command) {
  if (capng_get_caps_process() != 0)
    return std::unexpected{system_error("cannot read the capabilities", errno)};
  std::array<bool, needed.size()> had{};
  for (std::size_t i = 0; i < needed.size(); ++i)
    had[i] =
        capng_have_capability(CAPNG_PERMITTED, static_cast<unsigned>(needed[i])) != 0;
  const bool may_bound = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) != 0;
  const auto what =
      starts_command || !may_bound ? CAPNG_SELECT_CAPS : CAPNG_SELECT_BOTH;
  capng_clear(what);
  for (std::size_t i = 0; i < needed.size(); ++i)
    if (had[i])
      capng_update(CAPNG_ADD,
                   static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED),
                   static_cast<unsigned>(needed[i]));
  if (capng_apply(what) != 0)
    return std::unexpected{system_error("cannot drop capabilities", errno)};
  return {};
}

} // namespace vedette
