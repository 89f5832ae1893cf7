#pragma once

#include "actors/actors.hpp"
#include "datasources/source_handle.hpp"
#include "runtime/ask.hpp"

#include <caf/actor_cast.hpp>

#include <algorithm>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>
#include <vector>

namespace vedette {

/// A running data source: who it is, which type describes it, where it lives.
struct registered_source {
  source_identity identity;
  std::type_index type;
  caf::strong_actor_ptr actor;
  /// Makes a get_collector that asks `source` in the name of `self`.
  std::unique_ptr<flushable> (*make_collector)(runner_actor::pointer self,
                                               const caf::strong_actor_ptr& source,
                                               std::function<void()> on_resumed);
};

namespace detail {

// Not a lambda: a lambda's captures die with the lambda, not with the coroutine.
template <data_source Source>
co::task<typename get_collector<Source>::page> ask_for(runner_actor::pointer self,
                                                       source_actor<Source> source,
                                                       get_many<Source> request) {
  co_return co_await co::ask(self, source, std::move(request));
}

template <data_source Source>
std::unique_ptr<flushable> make_collector(runner_actor::pointer self,
                                          const caf::strong_actor_ptr& source,
                                          std::function<void()> on_resumed) {
  return std::make_unique<get_collector<Source>>(
      [self, to = caf::actor_cast<source_actor<Source>>(source)](auto request) {
        return ask_for<Source>(self, to, std::move(request));
      },
      std::move(on_resumed));
}

} // namespace detail

template <data_source Source>
registered_source registered(const source_actor<Source>& actor) {
  return {Source::description().identity, typeid(Source),
          caf::actor_cast<caf::strong_actor_ptr>(actor),
          detail::make_collector<Source>};
}

/// The data sources of one signature runner: a get_collector for each one in use,
/// shared by all of the runner's signatures, so that what they ask goes in one message.
class source_set {
public:
  /// `self` asks; `on_resumed` is called after answers have resumed coroutines.
  source_set(runner_actor::pointer self, std::function<void()> on_resumed)
      : self_{self}, on_resumed_{std::move(on_resumed)} {}
  source_set(const source_set&) = delete;
  source_set& operator=(const source_set&) = delete;

  void add(registered_source source) {
    sources_.push_back({std::move(source), nullptr});
  }

  /// As source_provider::open(); what is asked is added to `tally`.
  std::expected<source_provider::opened, error> open(std::string_view name_space,
                                                     std::string_view id,
                                                     std::type_index source,
                                                     get_tally* tally) {
    const auto path = std::string{name_space} + "/" + std::string{id};
    const auto found = std::ranges::find_if(sources_, [&](const slot& candidate) {
      const auto& [identity, type, actor, make_collector] = candidate.source;
      return identity.path() == path && type == source;
    });
    if (found == sources_.end())
      return std::unexpected{
          error{ec::no_such_source, "there is no data source " + path
                                        + ": is it switched off in data_sources?"}};
    // Checked once, here: request() answers a null handle with an error, but delegate()
    // dereferences it.
    const auto& [identity, type, actor, make_collector] = found->source;
    if (!actor)
      return std::unexpected{
          error{ec::unavailable, "data source " + path + " is down"}};
    if (!found->gets)
      found->gets = make_collector(self_, actor, on_resumed_);
    return source_provider::opened{found->gets.get(), tally, identity.version};
  }

  /// Sends one bulk Get to each source that was asked something.
  void flush() {
    for (auto& source : sources_)
      if (source.gets)
        source.gets->flush();
  }

  /// All that was asked has been answered.
  [[nodiscard]] bool idle() const {
    return std::ranges::all_of(
        sources_, [](const slot& one) { return !one.gets || one.gets->idle(); });
  }

private:
  struct slot {
    registered_source source;
    std::unique_ptr<flushable> gets;
  };

  runner_actor::pointer self_;
  std::function<void()> on_resumed_;
  std::deque<slot> sources_;
};

/// What one signature sees of a source_set: its own tally.
class signature_sources final : public source_provider {
public:
  signature_sources(source_set& sources, get_tally& tally)
      : sources_{sources}, tally_{tally} {}

  std::expected<opened, error> open(std::string_view name_space, std::string_view id,
                                    std::type_index source) override {
    return sources_.open(name_space, id, source, &tally_);
  }

private:
  source_set& sources_;
  get_tally& tally_;
};

} // namespace vedette
