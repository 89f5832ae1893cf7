#include "datasources/containers/actor.hpp"

#include "datasources/containers/answer_records.hpp"
#include "datasources/containers/state.hpp"

#include <caf/send.hpp>

#include <memory>
#include <utility>

namespace vedette {

namespace {

/// What a live source has to do with others. Belongs to its actor, and with it goes the one
/// that asks runtimes.
class live_containers {
public:
  live_containers(container_enrichment how, std::uint32_t stream)
      : how_{std::move(how)}, stream_{stream} {}
  live_containers(const live_containers&) = delete;
  live_containers& operator=(const live_containers&) = delete;
  ~live_containers() {
    if (runtimes_)
      caf::anon_send_exit(runtimes_, caf::exit_reason::user_shutdown);
  }

  void go_on(containers_state& state, const containers_actor& self,
             const told_by_source& whom) {
    ask(state, self);
    if (whom.last)
      state.tell_rest();
    tell_names(state.take_named(), whom);
    const auto announcements = state.take_announcements();
    if (const auto& first = whom.origins.front();
        first && (whom.last || !announcements.empty()))
      caf::anon_send(first, tell_atom_v,
                     announcements.empty() ? nullptr : to_batch(announcements), whom.last);
  }

private:
  void ask(containers_state& state, const containers_actor& self) {
    auto questions = state.take_questions();
    if (questions.empty())
      return;
    if (!runtimes_)
      start(self);
    caf::anon_send(runtimes_, std::move(questions));
  }

  /// Each shard has a batch of its own: it gives it its time.
  static void tell_names(std::span<const shared_record<container_info>> named,
                         const told_by_source& whom) {
    if (named.empty())
      return;
    for (const auto& shard : whom.origins)
      if (shard)
        caf::anon_send(shard, tell_atom_v, to_notices(named), false);
  }

  void start(const containers_actor& self) {
    const auto deliver = [source = self, stream = stream_,
                          now = how_.now, record = how_.record](
                             const std::vector<container_answer>& answers) {
      const flow told{stream, to_batch(answers, now(), stream), end_of_time, false, {}};
      if (record)
        record(told);
      caf::anon_send(source, told);
    };
    runtimes_ = how_.start(self->home_system(), deliver);
  }

  container_enrichment how_;
  std::uint32_t stream_;
  runtimes_actor runtimes_;
};

} // namespace

std::expected<containers_actor, error>
spawn_containers(caf::actor_system& system, shell_config shell,
                 const containers_config& config,
                 std::optional<container_enrichment> enrichment) {
  if (auto valid = config.validate(); !valid)
    return std::unexpected{std::move(valid.error())};
  if (!enrichment) // What was answered and told is among the events of a replay.
    return spawn_source<containers>(
        system, shell, containers_state{config},
        [](containers_state& state, const containers_actor&, const told_by_source&) {
          state.take_questions();
          state.take_announcements();
          state.take_named();
        });
  shell.side_stream = true;
  const auto live = std::make_shared<live_containers>(
      std::move(*enrichment), static_cast<std::uint32_t>(shell.shards));
  return spawn_source<containers>(system, shell, containers_state{config},
                                  [live](containers_state& state,
                                         const containers_actor& self,
                                         const told_by_source& whom) {
                                    live->go_on(state, self, whom);
                                  });
}

} // namespace vedette
