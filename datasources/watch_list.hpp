#pragma once

#include "datasources/contract.hpp"
#include "runtime/reply.hpp"

#include <caf/actor_addr.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace vedette {

struct watch_limits {
  std::size_t keys = 1024;   ///< Watched by all watchers together.
  std::size_t changes = 4096; ///< That wait for a watcher; more are dropped, counted.
  std::size_t in_list = 512; ///< Changes in one message.
  /// Nothing is dropped: the feed waits for the watchers instead. For replays.
  bool lossless = false;
};

/// Those who watch a data source, and what they are still to be told. Each has one message
/// under way at most; what happens meanwhile goes with the next one.
///
/// `Self` is the source's actor. Cold: a source that nobody watches asks empty() per batch.
template <class Self>
class watch_list {
public:
  /// One who watches: a key, or all.
  struct watcher {
    watcher_actor to;
    std::optional<value> key;
    std::string last; ///< What it was told of its key.
    change_list next;
    std::uint64_t number = 0; ///< Its own.
    bool busy = false;        ///< A message is under way.
    bool gone = false;
  };

  watch_list(Self* self, std::string source, watch_limits limits)
      : self_{self}, source_{std::move(source)}, limits_{limits} {}

  [[nodiscard]] bool empty() const { return watchers_.empty(); }
  [[nodiscard]] bool is_full() const { return watchers_.size() >= limits_.keys; }
  [[nodiscard]] bool has_all() const {
    return std::ranges::any_of(
        watchers_, [](const watcher& one) { return !one.key && !one.gone; });
  }

  watcher& add(watch_request request) {
    auto& added = watchers_.emplace_back();
    added.to = std::move(request.to);
    added.key = std::move(request.key);
    added.next.source = source_;
    added.number = ++last_number_;
    self_->monitor(added.to);
    return added;
  }

  /// Calls `visit(watcher&)` for those with a key.
  template <class Visit>
  void each_key(Visit visit) {
    for (auto& one : watchers_)
      if (one.key && !one.gone)
        visit(one);
  }

  /// Of its key, unless it was told `content` before, which is the answer as text:
  /// `make()` gives the changed_answer.
  template <class Make>
  void tell(watcher& one, std::string content, Make make) {
    if (content == one.last)
      return;
    one.last = std::move(content);
    push(one, make());
  }

  /// Those who watch all.
  void tell_all(const changed_answer& change) {
    for (auto& one : watchers_)
      if (!one.key && !one.gone)
        push(one, change);
  }

  /// It has quit, perhaps without an answer to what it was told.
  void left(const caf::actor_addr& who) {
    for (auto& one : watchers_)
      if (one.to == who) {
        one.gone = true;
        one.busy = false;
      }
    flush();
  }

  /// Sends what there is to those who have answered.
  void flush() {
    for (auto& one : watchers_)
      send(one);
    std::erase_if(watchers_, [](const watcher& one) { return one.gone && !one.busy; });
    if (is_idle())
      waiting_.clear();
  }

  /// The feed may go on, in a replay, when all have been told all.
  void hold_until_told(completion_ptr done) {
    if (limits_.lossless && !is_idle())
      waiting_.push_back(std::move(done));
  }

  void report(source_metrics& metrics) const {
    metrics.watchers = watchers_.size();
    metrics.changes_told = told_;
    metrics.changes_dropped = dropped_;
  }

private:
  void push(watcher& one, changed_answer change) {
    auto& waiting = one.next.changes;
    if (!limits_.lossless && waiting.size() >= limits_.changes) {
      ++one.next.dropped;
      ++dropped_;
      return;
    }
    waiting.push_back(std::move(change));
  }

  [[nodiscard]] bool is_idle() const {
    return std::ranges::none_of(watchers_, [](const watcher& one) {
      return one.busy || (!one.gone && !one.next.changes.empty());
    });
  }

  void send(watcher& one) {
    auto& waiting = one.next.changes;
    if (one.busy || one.gone || (waiting.empty() && one.next.dropped == 0))
      return;
    change_list sent{source_, {}, std::exchange(one.next.dropped, 0)};
    const auto some = static_cast<std::ptrdiff_t>(std::min(waiting.size(), limits_.in_list));
    sent.changes.assign(std::move_iterator{waiting.begin()},
                        std::move_iterator{waiting.begin() + some});
    waiting.erase(waiting.begin(), waiting.begin() + some);
    told_ += sent.changes.size();
    one.busy = true;
    self_->request(one.to, caf::infinite, std::move(sent))
        .then([this, number = one.number] { answered(number, false); },
              [this, number = one.number](const caf::error&) { answered(number, true); });
  }

  /// By number: it may have left meanwhile.
  void answered(std::uint64_t number, bool gone) {
    const auto one = std::ranges::find(watchers_, number, &watcher::number);
    if (one == watchers_.end())
      return;
    one->busy = false;
    one->gone = one->gone || gone;
    flush();
  }

  Self* self_;
  std::string source_;
  watch_limits limits_;
  std::vector<watcher> watchers_;
  std::uint64_t last_number_ = 0;
  std::vector<completion_ptr> waiting_;
  std::uint64_t told_ = 0, dropped_ = 0;
};

} // namespace vedette
