#include "actors/pipeline.hpp"

#include "actors/pipeline_builder.hpp"

#include <chrono>
#include <utility>

namespace vedette {

namespace {

/// The only deadline inside the process: answers that do not come are a bug, and a run that
/// ends must say so rather than hang.
constexpr std::chrono::seconds answer_deadline{10};

/// Asks for its status; who does not answer is left out.
template <class Status, class Handle>
void ask_status(caf::scoped_actor& self, const std::function<void()>& let_run,
                const Handle& of, std::vector<Status>& to) {
  auto answer = self->request(of, answer_deadline, status_atom_v);
  let_run();
  answer.receive([&](Status& one) { to.push_back(std::move(one)); },
                 [](const caf::error&) {});
}

} // namespace

std::expected<std::unique_ptr<pipeline>, error>
pipeline::start(caf::actor_system& system, const topology& plan, const config& settings,
                pipeline_environment environment, int done_fd) {
  std::unique_ptr<pipeline> result{new pipeline{system}};
  result->kernel_ = environment.kernel;
  result->let_run_ = environment.let_run;
  pipeline_builder builder{system, plan, settings, std::move(environment)};
  auto built = builder.build(done_fd);
  // Also what was spawned before something failed has to be told to quit.
  result->supervisor_ = builder.actors.supervisor;
  result->world_ = builder.actors.world;
  result->collectors_ = std::move(builder.actors.collectors);
  result->enrichers_ = std::move(builder.actors.enrichers);
  result->runners_ = std::move(builder.actors.runners);
  result->sources_ = std::move(builder.actors.sources);
  result->sinks_ = std::move(builder.actors.sinks);
  result->recorders_ = std::move(builder.actors.recorders);
  result->spawned_ = std::move(builder.actors.edges);
  if (!built)
    return std::unexpected{built.error()};
  return result;
}

pipeline::~pipeline() {
  const auto stop_all = [this](const auto& actors) {
    for (const auto& actor : actors)
      self_->send_exit(actor, caf::exit_reason::user_shutdown);
  };
  stop_all(collectors_);
  stop_all(enrichers_);
  stop_all(runners_);
  stop_all(sinks_);
  stop_all(recorders_);
  for (const auto& source : sources_.entries())
    self_->send_exit(source.actor, caf::exit_reason::user_shutdown);
  if (world_)
    self_->send_exit(world_, caf::exit_reason::user_shutdown);
  if (supervisor_)
    self_->send_exit(supervisor_, caf::exit_reason::user_shutdown);
}

void pipeline::begin() {
  for (const auto& collector : collectors_)
    self_->send(collector, start_atom_v);
}

void pipeline::stop() {
  if (kernel_)
    kernel_->detach();
  for (const auto& collector : collectors_)
    self_->send(collector, stop_atom_v);
}

pipeline_outcome pipeline::outcome() {
  std::vector<pipeline_outcome> answer;
  ask_status(self_, let_run_, supervisor_, answer);
  if (answer.empty())
    return {1, {{"supervisor", {ec::unavailable, "does not answer"}}}, true};
  return std::move(answer.front());
}

std::vector<stage_status> pipeline::stages() {
  std::vector<stage_status> result;
  const auto ask_all = [&](const auto& actors) {
    for (const auto& actor : actors)
      ask_status(self_, let_run_, actor, result);
  };
  ask_all(collectors_);
  ask_all(enrichers_);
  ask_all(runners_);
  ask_all(sinks_);
  ask_all(recorders_);
  return result;
}

std::vector<std::pair<std::string, source_status>> pipeline::sources() {
  std::vector<std::pair<std::string, source_status>> result;
  for (const auto& source : sources_.entries()) {
    std::vector<source_status> answer;
    ask_status(self_, let_run_, source.actor, answer);
    if (!answer.empty())
      result.emplace_back(source.identity.path(), std::move(answer.front()));
  }
  return result;
}

std::uint64_t pipeline::skipped_runs() const {
  return kernel_ ? kernel_->skipped_runs() : 0;
}

std::expected<dynamic_page, error>
pipeline::ask(std::string_view source, std::vector<dynamic_question> questions) {
  const auto* const asked = sources_.find(source);
  if (asked == nullptr)
    return std::unexpected{sources_.unknown(source)};
  std::expected<dynamic_page, error> result = dynamic_page{};
  auto answer = self_->request(asked->actor, caf::infinite,
                               get_many_dynamic{std::move(questions)});
  let_run_();
  answer.receive(
      [&](dynamic_page& page) { result = std::move(page); },
      [&](const caf::error& failed) { result = std::unexpected{from_caf(failed)}; });
  return result;
}

std::expected<void, error> pipeline::watch(std::string_view source, watch_request request) {
  const auto* const watched = sources_.find(source);
  if (watched == nullptr)
    return std::unexpected{sources_.unknown(source)};
  std::expected<void, error> result;
  auto answer = self_->request(watched->actor, answer_deadline, std::move(request));
  let_run_();
  answer.receive([] {}, [&](const caf::error& failed) {
    result = std::unexpected{from_caf(failed)};
  });
  return result;
}

} // namespace vedette
