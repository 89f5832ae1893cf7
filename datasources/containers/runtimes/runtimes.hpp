#pragma once

#include "datasources/containers/runtime_answer.hpp"
#include "datasources/contract.hpp"
#include "runtime/interface.hpp"

#include <caf/actor_system.hpp>
#include <caf/allowed_unsafe_message_type.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

// Asking container runtimes what only they know: names, images, labels. What is asked
// and answered is in runtime_answer.hpp; nothing here knows cgroups or events.
namespace vedette {

struct runtimes_config {
  /// Sockets; an empty one switches its runtime off. They need not exist yet.
  std::string docker = "/var/run/docker.sock";
  std::string podman = "/run/podman/podman.sock";
  std::string containerd = "/run/containerd/containerd.sock";
  std::string crio = "/var/run/crio/crio.sock";

  /// For all that a runtime is asked about one container at one attempt.
  std::chrono::milliseconds deadline{2000};
  std::uint32_t retries = 3; ///< After the first attempt.
  std::chrono::milliseconds backoff{
      100}; ///< Before the first retry; doubled each time.
  std::chrono::milliseconds longest_backoff{1000};
  /// So long a question waits for a socket that does not exist or has no listener.
  std::chrono::milliseconds patience{60'000};

  std::uint32_t in_flight = 8; ///< Containers asked about at once, per runtime.
  std::uint32_t queue = 4096;  ///< Open questions; more are answered `failed` at once.
  /// Bytes; of a container with more no label is kept (but its pod is still found).
  std::size_t labels = 1U << 20U;
};

/// What became of the questions to one runtime. Counts since the start, except where it
/// says otherwise.
struct runtime_status {
  std::string runtime;
  std::string socket;
  std::uint64_t asked = 0;    ///< Containers asked about.
  std::uint64_t answered = 0; ///< With facts.
  std::uint64_t failed = 0;   ///< Given up.
  std::uint64_t dropped = 0;  ///< Not needed any more: another runtime knew.
  std::uint64_t attempts = 0;
  std::uint64_t retries = 0;
  std::uint64_t labels_dropped = 0; ///< Containers with more labels than are kept.
  std::map<std::string, std::uint64_t> failures; ///< Attempts that failed, by reason.
  std::uint64_t in_flight = 0;                   ///< Now.
  std::uint64_t waiting = 0;                     ///< Now, for an attempt.
};

struct runtimes_status {
  std::uint64_t asked = 0;    ///< Questions that came.
  std::uint64_t answered = 0; ///< With facts.
  std::uint64_t failed = 0;   ///< With a reason why there are none.
  std::uint64_t dropped = 0;  ///< Failed at once, as too many were open.
  std::uint64_t repeated = 0; ///< About a container that was being asked about already.
  std::uint64_t open = 0;     ///< Now.
  std::vector<runtime_status> runtimes; ///< Those that are on.
};

using runtimes_actor = interface<
    /// Ask about containers, of the runtime that a question names, or of all if it is
    /// `unknown`: the first good answer is the answer. Never waits; what is found out
    /// is delivered later, exactly once per container that is asked about, unless the
    /// actor quits before. Errors: none.
    result<void>(std::vector<container_question>),

    /// What have you done? Errors: unavailable, it is quitting.
    result<runtimes_status>(status_atom)>;

/// Called by the actor, on one of CAF's workers.
using deliver_answers = std::function<void(std::vector<container_answer>)>;

/// Spawns it, and what works for it: an actor with a thread of its own per runtime that
/// is on. They end when it does, which is when it is told to.
runtimes_actor spawn_runtimes(caf::actor_system& system, runtimes_config config,
                              deliver_answers deliver);

} // namespace vedette

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(std::vector<vedette::container_question>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(vedette::runtimes_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(vedette::runtime_status)
