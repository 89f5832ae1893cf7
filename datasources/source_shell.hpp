#pragma once

#include "datasources/answering.hpp"
#include "datasources/contract.hpp"
#include "datasources/pending_events.hpp"
#include "datasources/source_state.hpp"
#include "datasources/watch_list.hpp"
#include "events/open_nudge.hpp"
#include "runtime/reply.hpp"

#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/stateful_actor.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

CAF_ADD_ATOM(vedette_shell, vedette, deadline_atom, "deadline")

// The actor around a data source's state. It puts what the shards feed into one order,
// makes questions wait for watermarks, and translates messages to calls.
namespace vedette {

struct shell_config {
  std::size_t shards = 1; ///< That feed it.
  bool live = false;      ///< Time goes by without events, too; shards can be nudged.
  /// How long a question waits for a watermark; none: as long as it takes.
  std::optional<std::chrono::nanoseconds> max_wait = {};
  /// Events that may wait for a shard that lags before it is nudged without a question,
  /// and bytes of the batches that they keep.
  std::size_t pending = 4096;
  std::size_t pending_bytes = std::size_t{1} << 20U;
  /// Whether stream number `shards` tells things, too, that no shard has seen: what
  /// runtimes answer, a scan. It has no watermark: its records are stamped with the time
  /// at which they were sent, and count from then on.
  bool side_stream = false;
};

/// Who a source tells what follows from what it has learned.
struct told_by_source {
  const std::vector<origin_actor>& origins; ///< By shard; null: nothing came from it yet.
  bool last;                                ///< All shards have ended: said once.
};

/// What a source does with what its state has learned: ask somebody, tell somebody. Belongs
/// to the actor and goes with it.
template <data_source Source, class State>
using after_learning = std::function<void(State&, const source_actor<Source>& self,
                                          const told_by_source& whom)>;

namespace detail {

/// With the message that it sends to itself.
template <data_source Source>
using shell_actor = typename source_actor<Source>::template extend<
    caf::replies_to<deadline_atom, std::uint64_t>::template with<void>,
    caf::replies_to<nudge_atom, time_ns>::template with<void>>;

template <data_source Source, source_state<Source> State>
class source_shell {
public:
  static constexpr auto name = "source"; // In CAF's logs.
  using actor = shell_actor<Source>;
  using page = get_page<typename Source::record>;

  explicit source_shell(typename actor::pointer self) : self_{self} {}

  void start(const shell_config& config, State state, after_learning<Source, State> learned) {
    config_ = config;
    learned_ = std::move(learned);
    known_.emplace(std::move(state));
    const auto streams = config.shards + (config.side_stream ? 1 : 0);
    merge_ = pending_events{streams};
    origins_.resize(streams);
    asked_.resize(streams);
    settled_.resize(streams, end_of_time);
    if (config.side_stream)
      merge_.advance(config.shards, end_of_time);
    watch_limits limits;
    limits.lossless = !config_.live;
    watches_.emplace(self_, known_->path(), limits);
    self_->set_down_handler([this](const caf::down_msg& down) { watches_->left(down.source); });
  }

  result<void> take(const flow& next) {
    if (watches_->empty()) {
      feed(next);
      return caf::unit;
    }
    const auto done = complete_later(self_);
    feed(next);
    watches_->hold_until_told(done);
    return caf::delegated<void>{};
  }

  void feed(const flow& next) {
    origins_[next.shard] = next.origin;
    asked_[next.shard].heard();
    if (next.events)
      merge_.add(next.events, next.shard, [this](event_view event) {
        const bool learns = State::learns_from(event);
        if (learns)
          note_urgency(event);
        return learns;
      });
    if (next.events && !next.events->empty())
      newest_ = std::max(newest_, (*next.events)[next.events->size() - 1].time());
    merge_.advance(next.shard, next.watermark);
    settled_[next.shard] = next.settled;
    learn(merge_.watermark());
    answer_passed();
    if (merge_.pending() > config_.pending || merge_.bytes() > config_.pending_bytes)
      nudge(merge_.oldest());
    if (config_.live)
      hurry();
    // By those who wait still; who watches waits for each change.
    auto wanted =
        watches_->empty() || merge_.pending() == 0 ? beginning_of_time : newest_;
    for (const auto& one : parked_)
      wanted = std::max(wanted, one.until);
    nudge(wanted);
  }

  result<page> get(get_many<Source> request) {
    return answer_or_park<page>(std::move(request));
  }
  result<dynamic_page> get(get_many_dynamic request) {
    for (auto& asked : request.questions)
      if (!asked.as_of)
        asked.as_of = now();
    return answer_or_park<dynamic_page>(std::move(request));
  }

  result<void> watch(watch_request request) {
    if (request.key) {
      if (auto key = Source::parse_key(*request.key); !key)
        return to_caf(key.error());
    }
    if (watches_->is_full())
      return to_caf({ec::unavailable, known_->path()
                                          + ": too many watched keys; stop others first"});
    auto& one = watches_->add(std::move(request));
    known_->state().changes().listen(watches_->has_all());
    if (one.key)
      tell_first(one);
    watches_->flush();
    return caf::unit;
  }

  [[nodiscard]] source_status status() const {
    auto result = status_;
    known_->state().report(result.metrics);
    result.metrics.incomplete = known_->incomplete();
    watches_->report(result.metrics);
    if constexpr (requires(const State& state) { state.details(); })
      result.details = known_->state().details();
    result.metrics.pending = merge_.pending();
    const auto passed = merge_.watermark();
    result.metrics.feed_lag =
        passed < newest_ ? newest_ - passed : std::chrono::nanoseconds{0};
    return result;
  }

  /// Tells the shards that have not come as far as `until`, and owe no answer.
  void nudge(time_ns until) {
    for (std::size_t i = 0; i < origins_.size(); ++i) {
      if (merge_.watermark_of(i) >= until || !origins_[i] || !asked_[i].ask())
        continue;
      ++status_.metrics.nudges;
      self_->send(origins_[i], nudge_atom_v, until);
    }
  }

  /// It is as late as the state has waited for: see hurry().
  void is_due(time_ns when) {
    urgent_ = std::max(urgent_, when);
    nudge(urgent_);
  }

  /// The time of those who wait since `number` or longer is over: they get what is
  /// known.
  void deadline(std::uint64_t number) {
    while (!parked_.empty() && parked_.front().number <= number) {
      learn(parked_.front().until); // What has come from the shards that do not lag.
      parked_.front().answer(*this);
      parked_.pop_front();
    }
  }

private:
  template <class Request, class Answer>
  struct waiting {
    Request request;
    reply<Answer> to;
  };

  struct parked {
    time_ns until;
    std::uint64_t number;
    std::variant<waiting<get_many<Source>, page>,
                 waiting<get_many_dynamic, dynamic_page>>
        who;

    void answer(source_shell& shell) {
      std::visit(
          [&](auto& one) {
            one.to.deliver(shell.known_->look_up(one.request, shell.merge_.watermark()));
          },
          who);
    }
  };

  /// The newest event's time; on a host where nothing happens, how far it is known.
  [[nodiscard]] time_ns now() const {
    const auto passed = merge_.watermark();
    const auto known = passed == end_of_time ? newest_ : std::max(newest_, passed);
    return std::max(known, time_ns{std::chrono::nanoseconds{1}});
  }

  static time_ns time_of(const question<typename Source::key>& asked) {
    return asked.as_of;
  }
  static time_ns time_of(const dynamic_question& asked) { return *asked.as_of; }

  template <class Answer, class Request>
  result<Answer> answer_or_park(Request request) {
    auto until = beginning_of_time;
    for (const auto& asked : request.questions)
      until = std::max(until, time_of(asked));
    if (until <= merge_.watermark())
      return known_->look_up(request, merge_.watermark());
    status_.metrics.waited += request.questions.size();
    auto promise = self_->template make_response_promise<Answer>();
    parked_.push_back({until, ++number_,
                       waiting<Request, Answer>{std::move(request), reply{promise}}});
    nudge(until);
    if (config_.max_wait)
      self_->delayed_send(self_, *config_.max_wait, deadline_atom_v, number_);
    return promise;
  }

  [[nodiscard]] bool over() const { return merge_.watermark() == end_of_time; }

  /// Not further than the newest event where watermarks go to infinity, as the input ends:
  /// what has ended by then must not be forgotten for that. Live, time goes by without
  /// events, too.
  [[nodiscard]] time_ns passed_by_all() const {
    return config_.live && !over() ? merge_.watermark()
                                : std::min(merge_.watermark(), newest_);
  }

  /// What is to be told to others must not wait until all shards have something to say.
  void note_urgency(event_view event) {
    if constexpr (requires { State::is_urgent(event); })
      if (State::is_urgent(event))
        urgent_ = std::max(urgent_, event.visible_at());
  }
  void hurry() {
    nudge(urgent_);
    if constexpr (requires(const State& state) { state.due(); }) {
      const auto due = known_->state().due();
      if (due == end_of_time || due <= expected_)
        return;
      // Events' time is not behind the clock's, so it will be over then.
      expected_ = due;
      self_->delayed_send(self_, std::max(due - now(), std::chrono::nanoseconds{0}),
                          nudge_atom_v, due);
    }
  }

  void answer_passed() {
    const auto passed = merge_.watermark();
    for (auto next = parked_.begin(); next != parked_.end();) {
      const auto one = next++;
      if (one->until > passed)
        continue;
      one->answer(*this);
      parked_.erase(one);
    }
  }

  void learn(time_ns until) {
    merge_.release(until, [this](const moment& at, event_ref&& event) {
      known_->state().apply(event.view());
      ++status_.metrics.writes;
      if (!watches_->empty())
        tell_changes(at.time);
    });
    known_->state().advance(passed_by_all(), *std::ranges::min_element(settled_));
    if (learned_)
      learned_(known_->state(), caf::actor_cast<source_actor<Source>>(self_),
               {origins_, over() && !std::exchange(over_told_, true)});
    if (!watches_->empty())
      watches_->flush();
    // Who watched all may have gone: nobody takes what is noted for them.
    if (auto& changes = known_->state().changes(); changes.on() && !watches_->has_all())
      changes.listen(false);
  }

  /// After each event, so that they are the same however events arrive in batches.
  void tell_changes(time_ns at) {
    watches_->each_key([&](auto& one) { tell_change(one, at); });
    if (!watches_->has_all())
      return;
    auto keys = known_->state().changes().take();
    for (auto key = keys.begin(); key != keys.end(); ++key) {
      if (std::find(keys.begin(), key, *key) != key)
        continue; // Told already.
      const auto shown = known_->state().show_key(*key);
      const auto found = known_->look_up(*key, at, merge_.watermark());
      watches_->tell_all({shown, known_->show(shown, *key, at, found)});
    }
  }

  template <class Watcher>
  void tell_change(Watcher& one, time_ns at) {
    const auto key = Source::parse_key(*one.key).value();
    const auto found = known_->look_up(key, at, merge_.watermark());
    watches_->tell(one, known_->content(found), [&] {
      return changed_answer{*one.key, known_->show(*one.key, key, at, found)};
    });
  }

  /// What is known when it begins to watch; that nothing is goes without saying.
  template <class Watcher>
  void tell_first(Watcher& one) {
    const auto key = Source::parse_key(*one.key).value();
    if (const auto found = known_->look_up(key, now(), merge_.watermark()); found)
      tell_change(one, now());
    else
      one.last = known_->content(found);
  }

  typename actor::pointer self_;
  shell_config config_;
  std::optional<answering<Source, State>> known_;
  pending_events merge_{0};
  std::vector<origin_actor> origins_; ///< By stream.
  std::vector<open_nudge> asked_;     ///< For their time.
  std::vector<time_ns> settled_;      ///< From when on those ask who lag, by stream.
  std::list<parked> parked_; ///< By number.
  std::uint64_t number_ = 0; ///< Of the last that was parked.
  time_ns newest_ = beginning_of_time;
  time_ns urgent_ = beginning_of_time;   ///< Somebody should be told of what was then.
  time_ns expected_ = beginning_of_time; ///< A message will come that it is that late.
  bool over_told_ = false;
  source_status status_;
  std::optional<watch_list<typename actor::base>> watches_;
  after_learning<Source, State> learned_;
};

template <data_source Source, source_state<Source> State>
typename shell_actor<Source>::behavior_type run_source(
    typename shell_actor<Source>::template stateful_pointer<source_shell<Source, State>>
        self,
    const shell_config& config, const std::shared_ptr<State>& state,
    const after_learning<Source, State>& learned) {
  auto& shell = self->state;
  shell.start(config, std::move(*state), learned);
  return {
      [](describe_atom) { return Source::description(); },
      [&shell](get_many<Source>& request) { return shell.get(std::move(request)); },
      [&shell](get_many_dynamic& request) { return shell.get(std::move(request)); },
      [&shell](const flow& next) { return shell.take(next); },
      [&shell](status_atom) { return shell.status(); },
      [&shell](watch_request& request) { return shell.watch(std::move(request)); },
      [&shell](deadline_atom, std::uint64_t number) { shell.deadline(number); },
      [&shell](nudge_atom, time_ns until) { shell.is_due(until); },
  };
}

} // namespace detail

/// Starts the actor of a data source. `learned` is called after each feed.
template <data_source Source, source_state<Source> State>
source_actor<Source> spawn_source(caf::actor_system& system, const shell_config& config,
                                  State state,
                                  std::type_identity_t<after_learning<Source, State>>
                                      learned = {}) {
  // Shared, as CAF copies what it passes to an actor's function.
  return system.spawn(detail::run_source<Source, State>, config,
                      std::make_shared<State>(std::move(state)), std::move(learned));
}

} // namespace vedette
