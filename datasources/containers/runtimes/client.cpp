#include "datasources/containers/runtimes/client.hpp"

#include "datasources/containers/runtimes/attempts.hpp"
#include "datasources/containers/runtimes/docker.hpp"
#include "datasources/containers/runtimes/grpc_runtimes.hpp"
#include "runtime/scope.hpp"
#include "runtime/wakeable_actor.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

namespace vedette {

namespace {

using clock = std::chrono::steady_clock;

std::string text_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "unknown exception";
  }
}

/// Lives in the runtime's wait(): for its sockets, for time, for messages.
class client final : public wakeable_actor<runtime_client> {
public:
  client(caf::actor_config& config, const std::shared_ptr<runtime_client_setup>& setup)
      : wakeable_actor{config}, setup_{std::move(*setup)}, attempts_{setup_.config} {}

  const char* name() const override { return "runtime client"; }

protected:
  behavior_type make_behavior() override {
    api_ = make_api();
    send(this, turn_atom_v);
    return {
        [this](ask_atom, const std::vector<std::string>& ids) {
          for (const auto& id : ids)
            attempts_.add(id, clock::now());
          begin_attempts();
        },
        [this](forget_atom, const std::vector<std::string>& ids) {
          for (const auto& id : ids)
            attempts_.forget(id);
        },
        [this](status_atom) {
          auto status = attempts_.status();
          status.runtime = setup_.runtime;
          status.socket = setup_.socket;
          return status;
        },
        [this](const resumption& over) {
          over.what->resume();
          begin_attempts();
        },
        [this](turn_atom) { turn(); },
    };
  }

  void on_exit() override {
    running_.clear();
    api_.reset(); // It keeps a handle to this actor.
    setup_.to = runtime_listener{};
  }

private:
  std::unique_ptr<runtime_api> make_api() {
    const auto post = [to = caf::actor_cast<runtime_client>(this)](
                          std::shared_ptr<pending_call> over) {
      caf::anon_send(to, resumption{std::move(over)});
    };
    if (setup_.runtime == "containerd")
      return make_containerd_api(setup_.config, post);
    if (setup_.runtime == "crio")
      return make_cri_api(setup_.config, post);
    return make_docker_api(setup_.runtime, setup_.socket, setup_.config);
  }

  void turn() {
    std::optional<std::chrono::milliseconds> most;
    if (const auto next = attempts_.next())
      most =
          std::max(std::chrono::ceil<std::chrono::milliseconds>(*next - clock::now()),
                   std::chrono::milliseconds{0});
    api_->wait(wake_fd(), most);
    calm_down();
    begin_attempts();
    send(this, turn_atom_v);
  }

  /// All that may begin now; tells what has ended.
  void begin_attempts() {
    const auto now = clock::now();
    for (auto& gone : attempts_.expire(now))
      give_up(std::move(gone));
    while (const auto next = attempts_.start(now))
      running_.start(run(*next), [this, id = next->container_id](
                                     const std::exception_ptr& failure) {
        if (failure)
          end(id, std::unexpected{attempt_error{attempt_failure::bad_answer,
                                                "failed: " + text_of(failure)}});
      });
    if (!told_.empty())
      send(setup_.to, runtime_told{setup_.place, std::exchange(told_, {})});
  }

  co::task<> run(attempt what) {
    auto asking = api_->ask(what);
    auto result = co_await asking;
    end(what.container_id, std::move(result));
  }

  void end(const std::string& id, attempt_result result) {
    if (result) {
      if (result->labels_dropped)
        attempts_.count_dropped_labels();
      if (attempts_.answered(id))
        told_.push_back({id, std::move(result->facts)});
    } else if (auto gone = attempts_.failed(id, result.error(), clock::now())) {
      give_up(std::move(*gone));
    }
  }

  void give_up(attempts::given_up gone) {
    told_.push_back(
        {std::move(gone.container_id), std::unexpected{std::move(gone.why)}});
  }

  runtime_client_setup setup_;
  attempts attempts_;
  std::vector<container_answer> told_;
  std::unique_ptr<runtime_api> api_;
  co::scope running_; ///< Goes before what it asks.
};

} // namespace

runtime_client spawn_runtime_client(caf::actor_system& system,
                                    runtime_client_setup setup) {
  return system.spawn<client, caf::detached>(
      std::make_shared<runtime_client_setup>(std::move(setup)));
}

} // namespace vedette
