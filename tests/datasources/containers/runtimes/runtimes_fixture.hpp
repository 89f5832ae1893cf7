#pragma once

#include "datasources/containers/runtimes/client.hpp"
#include "datasources/containers/runtimes/runtimes.hpp"
#include "runtime/system_config.hpp"

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace vedette {

using namespace std::chrono_literals;

/// The real actors, on real threads and sockets in a directory of the test's own: what
/// they are for is time and sockets. Deadlines are tiny; answers are waited for, not
/// slept for.
class runtimes_test : public testing::Test {
public:
  runtimes_test() {
    std::string name = "/tmp/vedette.XXXXXX";
    folder_ = mkdtemp(name.data());
    config = off();
    config.deadline = 60s; // Sanitized, on a busy machine, an answer may take seconds.
    config.backoff = 5ms;
    config.longest_backoff = 20ms;
    config.patience = 2000ms;
    config.retries = 1;
  }
  ~runtimes_test() override {
    if (actor_)
      self_->send_exit(*actor_, caf::exit_reason::user_shutdown);
    std::filesystem::remove_all(folder_);
  }

  static runtimes_config off() {
    runtimes_config none;
    none.docker = none.podman = none.containerd = none.crio = "";
    return none;
  }

  [[nodiscard]] std::string socket(const std::string& name) const {
    return folder_ + "/" + name;
  }

protected:
  void ask(std::vector<container_question> questions) {
    if (!actor_)
      actor_ = spawn_runtimes(system_, config,
                              [to = caf::actor_cast<caf::actor>(self_)](
                                  std::vector<container_answer> answers) {
                                caf::anon_send(to, runtime_told{0, std::move(answers)});
                              });
    self_->send(*actor_, std::move(questions));
  }

  /// The next that is delivered; nothing is a failure.
  container_answer next() {
    while (answers_.empty()) {
      bool came = false;
      self_->receive([&](runtime_told& told) { came = take(std::move(told.answers)); },
                     caf::after(60s) >> [] {});
      if (!came) {
        ADD_FAILURE() << "no answer was delivered";
        return {"", std::unexpected{"no answer was delivered"}};
      }
    }
    auto first = std::move(answers_.front());
    answers_.erase(answers_.begin());
    return first;
  }
  std::string next_failure() {
    const auto answer = next();
    return answer.facts ? "no failure" : answer.facts.error();
  }
  container_facts next_facts() {
    auto answer = next();
    EXPECT_TRUE(answer.facts) << answer.facts.error();
    return answer.facts.value_or(container_facts{});
  }

  runtimes_status status() {
    runtimes_status result;
    self_->request(*actor_, 10s, status_atom_v)
        .receive([&](runtimes_status& told) { result = std::move(told); },
                 [](const caf::error& error) { ADD_FAILURE() << to_string(error); });
    return result;
  }
  runtime_status status_of(const std::string& runtime) {
    for (auto& one : status().runtimes)
      if (one.runtime == runtime)
        return one;
    ADD_FAILURE() << runtime << " is off";
    return {};
  }

  /// Ends the actors and waits until they are gone. → how long that took.
  std::chrono::nanoseconds stop() {
    const auto begin = std::chrono::steady_clock::now();
    self_->send_exit(*actor_, caf::exit_reason::user_shutdown);
    self_->wait_for(*actor_);
    actor_.reset();
    return std::chrono::steady_clock::now() - begin;
  }

  runtimes_config config;

private:
  bool take(std::vector<container_answer> answers) {
    for (auto& one : answers)
      answers_.push_back(std::move(one));
    return true;
  }

  std::string folder_;
  system_config settings_{2};
  caf::actor_system system_{settings_};
  caf::scoped_actor self_{system_};
  std::optional<runtimes_actor> actor_;
  std::vector<container_answer> answers_;
};

} // namespace vedette
