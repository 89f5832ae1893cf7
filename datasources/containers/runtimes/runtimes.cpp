#include "datasources/containers/runtimes/runtimes.hpp"

#include "datasources/containers/runtimes/client.hpp"
#include "datasources/containers/runtimes/routing.hpp"
#include "runtime/reply.hpp"

#include <utility>

namespace vedette {

namespace {

using desk_shell =
    interface<result<void>(std::vector<container_question>),
              result<runtimes_status>(status_atom), result<void>(runtime_told)>;

struct runtime_socket {
  std::string runtime;
  std::string socket;
};

std::vector<runtime_socket> switched_on(const runtimes_config& config) {
  std::vector<runtime_socket> all{{"docker", config.docker},
                                  {"podman", config.podman},
                                  {"containerd", config.containerd},
                                  {"crio", config.crio}};
  std::erase_if(all, [](const runtime_socket& one) { return one.socket.empty(); });
  return all;
}

std::vector<std::string> names_of(const std::vector<runtime_socket>& sockets) {
  std::vector<std::string> names;
  for (const auto& one : sockets)
    names.push_back(one.runtime);
  return names;
}

/// Answers when the last client has told.
struct gathering {
  gathering(const caf::abstract_actor* desk,
            caf::typed_response_promise<runtimes_status> promise, runtimes_status begun)
      : self{desk}, to{std::move(promise)}, status{std::move(begun)} {}
  gathering(const gathering&) = delete;
  gathering& operator=(const gathering&) = delete;
  ~gathering() {
    // Else it is let go of because the actor quits.
    if (!self->getf(caf::abstract_actor::is_shutting_down_flag))
      to.deliver(std::move(status));
  }

  const caf::abstract_actor* self; ///< Kept alive by the promise.
  reply<runtimes_status> to;
  runtimes_status status;
};

/// Gives questions to the clients that ask, and their answers to whoever wants them.
class desk final : public desk_shell::base {
public:
  desk(caf::actor_config& actor, runtimes_config config, deliver_answers deliver)
      : desk_shell::base{actor}, config_{std::move(config)},
        deliver_{std::move(deliver)}, routing_{names_of(switched_on(config_)),
                                               config_.queue} {}

  const char* name() const override { return "runtimes"; }

protected:
  behavior_type make_behavior() override {
    spawn_clients();
    return {
        [this](const std::vector<container_question>& questions) { ask(questions); },
        [this](status_atom) { return tell_status(); },
        [this](runtime_told& told) { hear(told); },
    };
  }

  void on_exit() override {
    for (const auto& one : clients_)
      send_exit(one, caf::exit_reason::user_shutdown);
    clients_.clear();
    deliver_ = nullptr;
  }

private:
  using ids_of_clients = std::vector<std::vector<std::string>>;

  void spawn_clients() {
    for (auto& [runtime, socket] : switched_on(config_)) {
      const auto place = clients_.size();
      clients_.push_back(
          spawn_runtime_client(system(), {runtime, socket, place, config_,
                                          caf::actor_cast<runtime_listener>(this)}));
      monitor(clients_.back());
      lost_.push_back(false);
    }
    set_down_handler([this](const caf::down_msg& down) {
      for (std::size_t place = 0; place < clients_.size(); ++place)
        if (down.source == clients_[place].address())
          lose(place);
    });
  }

  void ask(const std::vector<container_question>& questions) {
    ids_of_clients ids(clients_.size());
    std::vector<container_answer> answers;
    for (const auto& question : questions) {
      auto action = routing_.ask(question);
      if (auto* answer = std::get_if<container_answer>(&action))
        answers.push_back(std::move(*answer));
      else
        for (const auto place : std::get<routing::places>(action))
          ids[place].push_back(question.container_id);
    }
    for (std::size_t place = 0; place < clients_.size(); ++place)
      if (!ids[place].empty())
        send(clients_[place], ask_atom_v, std::move(ids[place]));
    give(std::move(answers));
    for (std::size_t place = 0; place < clients_.size(); ++place)
      if (lost_[place])
        lose(place);
  }

  void hear(runtime_told& told) {
    ids_of_clients forget(clients_.size());
    std::vector<container_answer> answers;
    for (auto& one : told.answers) {
      auto outcome =
          routing_.hear(told.runtime, one.container_id, std::move(one.facts));
      for (const auto place : outcome.forget)
        forget[place].push_back(one.container_id);
      if (outcome.answer)
        answers.push_back(std::move(*outcome.answer));
    }
    for (std::size_t place = 0; place < clients_.size(); ++place)
      if (!forget[place].empty())
        send(clients_[place], forget_atom_v, std::move(forget[place]));
    give(std::move(answers));
  }

  /// A client is gone: what it was asked it will not answer.
  void lose(std::size_t place) {
    lost_[place] = true;
    runtime_told told{place, {}};
    for (auto& id : routing_.asked_of(place))
      told.answers.push_back({std::move(id), std::unexpected{"its client has ended"}});
    hear(told);
  }

  void give(std::vector<container_answer> answers) {
    if (!answers.empty() && deliver_)
      deliver_(std::move(answers));
  }

  /// From all clients; one that is gone is left out.
  caf::result<runtimes_status> tell_status() {
    auto promise = make_response_promise<runtimes_status>();
    auto all = std::make_shared<gathering>(this, promise, routing_.status());
    all->status.runtimes.resize(clients_.size());
    for (std::size_t place = 0; place < clients_.size(); ++place)
      request(clients_[place], caf::infinite, status_atom_v)
          .then(
              [all, place](runtime_status& one) {
                all->status.runtimes[place] = std::move(one);
              },
              [all](const caf::error&) {});
    return promise;
  }

  runtimes_config config_;
  deliver_answers deliver_;
  routing routing_;
  std::vector<runtime_client> clients_;
  std::vector<bool> lost_; ///< Of the clients.
};

} // namespace

runtimes_actor spawn_runtimes(caf::actor_system& system, runtimes_config config,
                              deliver_answers deliver) {
  return caf::actor_cast<runtimes_actor>(
      system.spawn<desk>(std::move(config), std::move(deliver)));
}

} // namespace vedette
