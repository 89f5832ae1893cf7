#pragma once

#include "datasources/containers/runtimes/runtime_api.hpp"
#include "datasources/containers/runtimes/runtimes.hpp"

#include <caf/allowed_unsafe_message_type.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

CAF_ADD_ATOM(vedette_runtimes, vedette, ask_atom, "ask")
CAF_ADD_ATOM(vedette_runtimes, vedette, forget_atom, "forget")
CAF_ADD_ATOM(vedette_runtimes, vedette, turn_atom, "turn")

namespace vedette {

/// What a runtime has said, or that it did not.
struct runtime_told {
  std::size_t runtime; ///< Its place in the list of runtimes.
  std::vector<container_answer> answers;
};

/// Hears what clients have found out.
using runtime_listener = interface<result<void>(runtime_told)>;

struct resumption {
  std::shared_ptr<pending_call> what;
};

/// Asks one runtime.
using runtime_client = interface<
    /// About containers, as soon as it may be. Errors: none.
    result<void>(ask_atom, std::vector<std::string>),

    /// Nobody wants to know about these any more. Errors: none.
    result<void>(forget_atom, std::vector<std::string>),

    /// What has been done? Errors: none.
    result<runtime_status>(status_atom),

    /// Its own: a call is over; the next turn of its thread.
    result<void>(resumption), result<void>(turn_atom)>;

struct runtime_client_setup {
  std::string runtime; ///< `docker`
  std::string socket;
  std::size_t place;
  runtimes_config config;
  runtime_listener to;
};

runtime_client spawn_runtime_client(caf::actor_system& system,
                                    runtime_client_setup setup);

} // namespace vedette

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(vedette::runtime_told)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(vedette::resumption)
