#pragma once

#include "actors/runner/runner.hpp"
#include "tests/support/actor_test.hpp"
#include "tests/support/scribe.hpp"
#include "tests/support/test_sink.hpp"

#include <caf/event_based_actor.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vedette {

/// A runner of scribes between a source and a sink that the test controls.
class runner_test : public actor_test {
public:
  /// Whoever owes an answer does not go by itself.
  ~runner_test() override {
    if (runner_)
      stop(runner_);
    stop(sink_);
    stop(source_);
  }

protected:
  /// A scribe that writes to entries_.
  scribe::options noting() {
    scribe::options chosen;
    chosen.entries = &entries_;
    return chosen;
  }

  template <class... Options>
  void start(Options... chosen) {
    (add(std::make_unique<scribe>(std::move(chosen))), ...);
    spawn();
  }
  void add(std::unique_ptr<signature> code, value params = {}) {
    setup_.signatures.push_back({std::move(code), std::move(params)});
  }
  void spawn() {
    if (setup_.sources.empty())
      setup_.sources.push_back(registered<numbers>(source_));
    if (setup_.sinks.empty())
      setup_.sinks.push_back({"sink test", sink_, streams_});
    runner_ = spawn_runner(system_, std::move(setup_));
    run();
  }

  /// Gives the runner a flow: the watermark is the last event's number.
  void give(const std::vector<event_builder>& events, std::uint32_t shard = 0) {
    flow next{shard, make_batch(events, {.shard = shard}), {}, false, {}};
    next.watermark = (*next.events)[next.events->size() - 1].time();
    give(std::move(next));
  }
  void give(flow next) {
    const auto place = answers_.size();
    answers_.push_back(false);
    // Sent through an actor, as answers come to whoever asked.
    self_->send(system_.spawn(asker, runner_, std::move(next), &answers_, place),
                caf::ok_atom_v);
    run();
  }
  void give_end(std::uint32_t shard = 0) {
    give(flow{shard, nullptr, end_of_time, true, {}});
  }

  /// Answers the oldest bulk Get.
  void release() {
    self_->send(source_, release_atom_v);
    run();
  }
  void let_go(std::size_t outputs) {
    self_->send(sink_, let_go_atom_v, outputs);
    run();
  }

  stage_status status() { return ask(runner_, status_atom_v).value(); }
  value status_of(const std::string& id) {
    const value all{status().signatures};
    const auto* found = all.find(id);
    return found ? *found : value{};
  }
  std::uint64_t count_of(const std::string& id, const char* what) {
    return status_of(id).at(what).value()->as_uint().value();
  }

  std::vector<std::string> entries_;
  spied_numbers asked_;
  spied_sink taken_;
  spied_numbers_actor source_ = system_.spawn(spied_source, &asked_);
  test_sink_actor sink_ = system_.spawn(test_sink, &taken_);
  runner_setup setup_ = named("runner main/0");
  std::vector<std::uint32_t> streams_{0};
  runner_actor runner_;
  std::vector<bool> answers_; ///< Which flows have been answered.

private:
  static runner_setup named(std::string name) {
    runner_setup setup;
    setup.name = std::move(name);
    return setup;
  }

  static caf::behavior asker(caf::event_based_actor* self, const runner_actor& to,
                             const flow& next, std::vector<bool>* answers,
                             std::size_t place) {
    return {[=](caf::ok_atom) {
      const auto done = [=] { (*answers)[place] = true; };
      self->request(to, caf::infinite, next).then(done, [=](const caf::error&) {
        done();
      });
    }};
  }
};

} // namespace vedette
