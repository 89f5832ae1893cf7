#pragma once

#include "runtime/system_config.hpp"

#include <caf/actor_system.hpp>
#include <caf/expected.hpp>
#include <caf/response_type.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <utility>

namespace vedette {

/// A test with actors that run only when told to: run() delivers everything that can be
/// delivered, in a fixed order, on the test's own thread. Nothing sleeps, nothing
/// races.
class actor_test : public testing::Test {
public:
  ~actor_test() override {
    // Lets actors that were told to quit do so: ~actor_system waits for all of them.
    run();
  }

protected:
  void run() { scheduler_.run(); }

  /// Fires every delayed message and request timeout that is set, then runs all actors.
  void let_time_pass() {
    scheduler_.trigger_timeouts();
    run();
  }

  /// Sends a request, runs all actors, and gives the answer. Error `request_timeout`:
  /// there was none. A test is the edge, so this is where the deadline stands.
  template <class Handle, class... Ts>
  auto ask(const Handle& to, Ts... request) {
    using types = caf::response_type_t<typename Handle::signatures, Ts...>;
    using answer = typename caf::detail::tl_head<types>::type;
    caf::expected<answer> result{caf::sec::request_timeout};
    auto pending =
        self_->request(to, std::chrono::milliseconds{1}, std::move(request)...);
    run();
    scheduler_.trigger_timeouts();
    auto on_error = [&](caf::error& error) { result = std::move(error); };
    if constexpr (std::is_void_v<answer>)
      pending.receive([&] { result = caf::unit; }, on_error);
    else
      pending.receive([&](answer& x) { result = std::move(x); }, on_error);
    return result;
  }

  /// Tells an actor to quit and lets it.
  template <class Handle>
  void stop(const Handle& actor) {
    self_->send_exit(actor, caf::exit_reason::user_shutdown);
    run();
  }

private:
  system_config config_ = system_config::deterministic();

protected:
  caf::actor_system system_{config_};
  caf::scoped_actor self_{system_};

private:
  caf::scheduler::test_coordinator& scheduler_ =
      dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
};

} // namespace vedette
