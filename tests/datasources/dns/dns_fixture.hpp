#pragma once

#include "datasources/dns/state.hpp"
#include "tests/support/dns_messages.hpp"
#include "tests/support/events.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vedette {

/// A DNS state without an actor. Times are seconds.
class dns_test : public testing::Test {
protected:
  using texts = std::vector<std::string>;

  static time_ns at(double seconds) {
    return at_ns(static_cast<std::int64_t>(seconds * 1e9));
  }
  static dns_context seen(double seconds, bool query = false) {
    dns_context context;
    context.time = at(seconds);
    context.process = entity_id{812};
    context.src_port = static_cast<std::uint16_t>(query ? 40112 : 53);
    context.dst_port = static_cast<std::uint16_t>(query ? 53 : 40112);
    return context;
  }
  void see(double seconds, const dns_builder& message) {
    dns_.apply_message(message.message(),
                       seen(seconds, !message.message().header.response));
  }
  get_result<dns_info> ask(std::string_view key, double seconds,
                           dns_parts parts = dns_parts::records) {
    return dns_.get(dns_key::of_text(key, parts).value(), at(seconds));
  }
  dns_info known(std::string_view key, double seconds,
                 dns_parts parts = dns_parts::records) {
    const auto found = ask(key, seconds, parts);
    if (found)
      return *found;
    ADD_FAILURE() << key << ": " << to_string(found.error()) << " at " << seconds;
    return {};
  }
  ec error(std::string_view key, double seconds, dns_parts parts = dns_parts::records) {
    const auto found = ask(key, seconds, parts);
    EXPECT_FALSE(found) << key << " at " << seconds;
    return found ? ec{} : found.error();
  }
  source_metrics metrics() const {
    source_metrics result;
    dns_.report(result);
    return result;
  }

  dns_state dns_{{}};
};

} // namespace vedette
