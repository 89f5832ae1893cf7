#pragma once

#include "datasources/dns/state.hpp"
#include "tests/datasources/dns/story_messages.hpp"

#include <gmock/gmock.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::stories {

/// Seconds after the epoch.
constexpr time_ns at_s(double seconds) {
  return at_ns(static_cast<std::int64_t>(seconds * 1e9));
}

/// A state that is told messages and asked questions by their text.
class dns_story : public testing::Test {
protected:
  using list = std::vector<std::string>;

  explicit dns_story(dns_config config = {}) : state_{config} {}

  void reset(const dns_config& config) { state_ = dns_state{config}; }

  /// Seen at this second.
  void see(double seconds, const dns_builder& message, task asker = {},
           std::uint16_t port = 40000) {
    auto event = message.event(asker, port).at(at_s(seconds));
    const auto batch = make_batch({event});
    state_.apply((*batch)[0]);
  }
  /// Asked and answered at once.
  void look_up(double seconds, const dns_builder& answer, std::uint16_t port = 40000) {
    const auto& message = answer.message();
    dns_builder asked{message.text(message.questions.at(0).name),
                      message.questions[0].type};
    see(seconds, asked.id(message.header.id), {}, port);
    see(seconds, answer, {}, port);
  }
  void lose(double since, double until, std::string_view event = "net_packet_dns") {
    namespace lost = events::lost_events;
    const auto batch =
        make_batch({event_builder{event_kind::lost_events}
                        .at(at_s(until))
                        .arg<lost::event>(event)
                        .arg<lost::count>(1)
                        .arg<lost::since>(at_s(since).time_since_epoch().count())
                        .arg<lost::until>(at_s(until).time_since_epoch().count())});
    state_.apply((*batch)[0]);
  }

  get_result<dns_info> get(std::string_view key, double seconds,
                           dns_parts parts = dns_parts::plain) {
    const auto parsed = dns_key::of_text(key, parts);
    if (!parsed)
      return std::unexpected{parsed.error().code};
    return state_.get(*parsed, at_s(seconds));
  }
  list addresses(std::string_view key, double seconds) {
    const auto found = get(key, seconds);
    return found ? found->ip_addresses : list{to_string(found.error())};
  }
  list queries(std::string_view key, double seconds) {
    const auto found = get(key, seconds);
    return found ? found->dns_queries : list{to_string(found.error())};
  }
  std::string root(std::string_view key, double seconds) {
    const auto found = get(key, seconds);
    return found ? found->dns_root : to_string(found.error());
  }
  std::string negative(std::string_view key, double seconds) {
    const auto found = get(key, seconds);
    return found ? found->negative : to_string(found.error());
  }
  source_metrics metrics() const {
    source_metrics result;
    state_.report(result);
    return result;
  }

  dns_state state_;
};

} // namespace vedette::stories
