// Containers' lives: made in two hierarchies, entered, asked about, given directories below,
// removed; some live through them all and must all be answered in the end.

#include "datasources/containers/answer_records.hpp"
#include "datasources/containers/state.hpp"
#include "tests/datasources/containers/containers_fixture.hpp"
#include "tests/soak/soak.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace vedette {

namespace {

constexpr std::uint64_t all_lives = 100'000;
constexpr std::uint64_t long_living = 1000;
constexpr std::uint64_t lives_in_batch = 64;

class host {
public:
  host() {
    for (std::uint64_t i = 0; i < long_living; ++i)
      begin(i);
    see();
  }

  void live() {
    for (std::uint64_t i = 0; i < lives_in_batch; ++i, ++lives_) {
      const auto number = long_living + lives_;
      begin(number);
      const auto path = path_of(number) + "/init.scope";
      events_.push_back(mkdir_at(next(), cgroup_of(number) + 2, path));
      events_.push_back(rmdir_at(next(), cgroup_of(number) + 2, path));
      events_.push_back(rmdir_at(next(), cgroup_of(number) + 1, path_of(number), 4));
      events_.push_back(rmdir_at(next(), cgroup_of(number), path_of(number)));
    }
    see();
    clock_ += 1'000'000'000; // The grace is over for most of them soon.
  }

  [[nodiscard]] std::uint64_t lives() const { return lives_; }

  void judge(soak_result& result) {
    for (std::uint64_t i = 0; i < long_living; ++i) {
      const auto found = containers_.get(container_key::of(id_of(i)), now());
      if (!found)
        ++result.live_evicted;
      else if (found->state != container_state::running || found->image != "nginx:1.27")
        result.problems.push_back("container " + id_of(i) + " is not as it was");
    }
    source_metrics metrics;
    containers_.report(metrics);
    if (metrics.items > config().limit)
      result.problems.push_back(std::to_string(metrics.items) + " containers are kept");
  }

private:
  static containers_config config() {
    containers_config some;
    some.enrich.docker = true;
    return some;
  }
  static std::string id_of(std::uint64_t number) { return fmt::format("{:064x}", number); }
  static std::string path_of(std::uint64_t number) { return "/docker/" + id_of(number); }
  static std::uint64_t cgroup_of(std::uint64_t number) { return 1000 + 10 * number; }

  std::uint64_t next() { return clock_ += 1000; }
  [[nodiscard]] time_ns now() const { return at_ns(static_cast<std::int64_t>(clock_)); }

  void begin(std::uint64_t number) {
    events_.push_back(mkdir_at(next(), cgroup_of(number), path_of(number)));
    events_.push_back(mkdir_at(next(), cgroup_of(number) + 1, path_of(number), 4));
    events_.push_back(attach_at(next(), path_of(number), 4711));
  }

  void see() {
    const auto batch = make_batch(events_);
    events_.clear();
    for (const auto event : batch->events())
      containers_.apply(event);
    std::vector<container_answer> answers;
    for (const auto& question : containers_.take_questions()) {
      container_facts facts;
      facts.runtime = "docker";
      facts.name = "web-" + question.container_id.substr(56);
      facts.image = "nginx:1.27";
      facts.labels = {{"app", "web"}, {"number", question.container_id}};
      answers.push_back({question.container_id, facts});
    }
    const auto told = to_batch(answers, now(), 1);
    for (const auto event : told->events())
      containers_.apply(event);
    containers_.advance(now());
    containers_.take_announcements();
    containers_.take_named();
  }

  containers_state containers_{config()};
  std::vector<event_builder> events_;
  std::uint64_t clock_ = 1'000'000;
  std::uint64_t lives_ = 0;
};

} // namespace

soak_result soak_containers(std::chrono::seconds limit) {
  constexpr std::uint64_t warm_up = all_lives / 10;
  return soak<host>("tracee/containers", all_lives, warm_up, limit);
}

} // namespace vedette
