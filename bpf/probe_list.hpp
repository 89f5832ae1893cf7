#pragma once

#include "bpf/call_tracepoints.hpp"
#include "bpf/probes.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

/// What lists of probes are written with.
namespace vedette {

using names = std::string_view;

/// A name as a template's argument.
template <std::size_t Size>
struct fixed_text {
  constexpr fixed_text(const char (&from)[Size]) { std::ranges::copy(from, text); }
  char text[Size];
};

template <fixed_text... Names>
constexpr std::array programs{names{Names.text}...};

/// Handlers, and those of the requests to io_urings that do the same.
template <fixed_text... Handlers>
constexpr std::array and_uring{names{Handlers.text}..., names{"uring_submit"},
                               names{"uring_unanswered"}, names{"uring_complete"},
                               names{"uring_overflow"}};
/// Of returning calls.
template <fixed_text... Handlers>
constexpr std::array with_uring = and_uring<"sys_exit", Handlers...>;
constexpr names by_call_and_uring = "tp_btf/sys_exit, io_uring_complete";

inline std::string no_uring(const host_kernel& host) {
  if (host.arguments_of("io_uring_submit_req") != 1
      || host.arguments_of("io_uring_complete") != 3
      || host.arguments_of("io_uring_cqe_overflow") != 5)
    return "the kernel tells otherwise of io_uring, or not at all";
  return "";
}

inline std::string no_call_tracepoints(const host_kernel& host) {
  return is_tracefs_mounted() ? host.refuses_blindness_to_compat_calls()
                              : "tracefs is not mounted at /sys/kernel/tracing";
}

inline std::string no_call_tracepoints_or_uring(const host_kernel& host) {
  const auto wrong = no_call_tracepoints(host);
  return wrong.empty() ? no_uring(host) : wrong;
}

inline std::string none(const host_kernel&) {
  return "";
}

/// Of a system call by its own name; empty: it is none.
std::span<const probe> probes_of_call(event_kind event);

} // namespace vedette
