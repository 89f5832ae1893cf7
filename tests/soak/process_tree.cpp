// Process lives: fork, exec, some threads and orphans, exit; a few processes live through
// them all and must all be answered in the end.

#include "datasources/process_tree/state.hpp"
#include "tests/soak/soak.hpp"
#include "tests/support/task_events.hpp"

#include <string>
#include <vector>

namespace vedette {

namespace {

constexpr std::uint64_t all_lives = 10'000'000;
constexpr std::uint64_t lives_in_batch = 512;
constexpr std::uint32_t long_living = 4'000;
constexpr std::uint32_t first_pid = 10'000, pids = 100'000;

class host {
public:
  host() {
    std::vector<event_builder> events{begun({}, init, true)};
    for (std::uint32_t i = 0; i < long_living; ++i) {
      elders_.push_back({100 + i, clock_ += 10});
      events.push_back(forked(init, elders_.back()));
      events.push_back(executed(elders_.back(), "/usr/sbin/service",
                                {"service", std::to_string(i)})
                           .at(clock_ += 10)
                           .parent(init));
    }
    see(events);
  }

  /// A batch of lives, each made by one of the long-living ones.
  void live() {
    std::vector<event_builder> events;
    for (std::uint64_t i = 0; i < lives_in_batch; ++i, ++lives_) {
      const auto& parent = elders_[lives_ * 7 % elders_.size()];
      const auto pid = first_pid + static_cast<std::uint32_t>(lives_ % pids) * 2;
      const task child{pid, clock_ += 1'000};
      events.push_back(forked(parent, child).parent(init));
      events.push_back(
          executed(child, "/usr/bin/tool", {"tool", std::to_string(lives_ % 10'000)})
              .at(clock_ += 100)
              .parent(parent));
      if (lives_ % 4 == 0)
        events.push_back(
            forked(child, child.thread(pid + 1, clock_ += 100)).parent(parent));
      const bool has_orphan = lives_ % 4 == 2;
      const task orphan{pid + 1, clock_ += 100};
      if (has_orphan)
        events.push_back(forked(child, orphan).parent(parent));
      events.push_back(
          exited(child).at(clock_ += 100).parent(parent).detail(init.tid));
      if (has_orphan)
        events.push_back(exited(orphan).at(clock_ += 100).parent(init));
    }
    see(events);
    ask();
  }

  [[nodiscard]] std::uint64_t lives() const { return lives_; }

  void judge(soak_result& result) {
    for (const auto& elder : elders_) {
      const auto found = tree_.get({static_cast<std::uint64_t>(elder.process()),
                                    tree_question::process, tree_parts::all, 0},
                                   now());
      if (!found)
        ++result.live_evicted;
      else if (const auto& info = std::get<process_info>(*found);
               !info.is_alive || info.path() != "/usr/sbin/service"
               || info.ppid != init.tid)
        result.problems.push_back("process " + std::to_string(elder.tid)
                                  + " is not as it was");
    }
    source_metrics metrics;
    tree_.report(metrics);
    if (metrics.items > process_tree_config{}.processes)
      result.problems.push_back(std::to_string(metrics.items) + " processes are kept");
  }

private:
  static constexpr task init{1, 5};

  [[nodiscard]] time_ns now() const {
    return at_ns(static_cast<std::int64_t>(clock_));
  }

  void see(const std::vector<event_builder>& events) {
    const auto batch = make_batch(events);
    for (const auto event : batch->events())
      tree_.apply(event);
    tree_.advance(now());
  }

  /// So that answers are kept, too.
  void ask() {
    for (std::uint32_t i = 0; i < 64; ++i) {
      const auto& elder = elders_[(lives_ / lives_in_batch * 64 + i) % elders_.size()];
      static_cast<void>(
          tree_.get({static_cast<std::uint64_t>(elder.process())}, now()));
    }
  }

  process_tree_state tree_{{}};
  std::vector<task> elders_;
  std::uint64_t clock_ = 1'000'000;
  std::uint64_t lives_ = 0;
};

} // namespace

soak_result soak_process_tree(std::chrono::seconds limit) {
  // As often as pids come round and all that the tree has room for has been replaced.
  constexpr std::uint64_t warm_up = 2 * pids;
  return soak<host>("tracee/process_tree", all_lives, warm_up, limit);
}

} // namespace vedette
