// Random messages in random order of arrival, random questions as of random times: the
// state answers as a model does that keeps everything and follows the spec word by
// word.

#include "datasources/dns/state.hpp"
#include "tests/datasources/dns/dns_model.hpp"
#include "tests/support/dns_messages.hpp"
#include "tests/support/events.hpp"
#include "tests/support/property.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace vedette {

namespace {

using namespace dns_type;

/// As messages write them, and as nodes are called.
struct known_name {
  const char *written, *node;
};
constexpr std::array<known_name, 7> all_names{{{"a.com", "a.com"},
                                               {"B.com", "b.com"},
                                               {"c.com.", "c.com"},
                                               {"d.com", "d.com"},
                                               {"e.com", "e.com"},
                                               {"1.0.0.10.in-addr.arpa", "10.0.0.1"},
                                               {"2.0.0.10.IN-ADDR.arpa", "10.0.0.2"}}};
constexpr std::array<known_name, 4> all_addresses{{{"10.0.0.1", "10.0.0.1"},
                                                   {"::ffff:10.0.0.2", "10.0.0.2"},
                                                   {"10.0.0.3", "10.0.0.3"},
                                                   {"2001:DB8:0::1", "2001:db8::1"}}};

class scenario {
public:
  explicit scenario(std::uint64_t seed) : random_{seed} {
    const auto count = 1 + below(12);
    for (std::uint32_t i = 0; i < count; ++i)
      messages_.push_back(make(i));
    // Queries first: what arrives late cannot change what was told of an answer.
    std::ranges::shuffle(messages_, random_);
    std::ranges::stable_partition(
        messages_, [](const told& one) { return !one.message.header.response; });
    state_ = std::make_unique<dns_state>(
        dns_config{.names = 64, .keep_expired = std::chrono::hours{1}});
    for (const auto& [message, context] : messages_)
      state_->apply_message(message, context);
  }

  void check() {
    for (int i = 0; i < 12; ++i) {
      const bool address = below(3) == 0;
      const auto& key = address ? all_addresses[below(all_addresses.size())]
                                : all_names[below(all_names.size())];
      const auto at = second(1 + below(75));
      const auto parts = below(3) == 0 ? dns_parts::solicited_only : dns_parts::plain;
      const auto found = state_->get(dns_key::of_text(key.written, parts).value(), at);
      const auto [why, info] =
          model_.get(key.node, at, parts == dns_parts::solicited_only);
      RC_ASSERT(found.complete);
      if (!found) {
        RC_ASSERT(to_string(found.error()) == to_string(why));
        continue;
      }
      RC_ASSERT(why == ec{});
      RC_ASSERT(found->ip_addresses == info.ip_addresses);
      RC_ASSERT(found->dns_queries == info.dns_queries);
      RC_ASSERT(found->dns_root == info.dns_root);
      RC_ASSERT(found->negative == info.negative);
    }
  }

private:
  struct told {
    dns_message message;
    dns_context context;
  };
  using kind = dns_model::kind;

  std::uint32_t below(std::size_t limit) {
    return static_cast<std::uint32_t>(random_() % limit);
  }
  const known_name& any_name() { return all_names[below(all_names.size())]; }

  told make(std::uint32_t position) {
    const auto& question = any_name();
    const auto time = second(1 + below(50));
    const bool query = below(5) == 0;
    dns_builder message{question.written, a, !query};
    // Each query has an id of its own; an answer takes the one before it.
    const bool answers =
        !query && last_query_ != nullptr && below(2) == 0 && last_time_ <= time;
    const auto& asked = answers ? *last_query_ : question;
    if (answers)
      message = dns_builder{asked.written, a, true};
    message.id(static_cast<std::uint16_t>(query || answers ? (query ? ++id_ : id_)
                                                           : 1000 + position));
    const bool solicited = query || answers;
    at_ = {time, position, 0};
    model_.mention(asked.node, next());
    model_.ask(asked.node, at_, solicited);
    if (query) {
      last_query_ = &question;
      last_time_ = time;
    } else if (below(6) == 0) {
      deny(message, asked, solicited);
    } else {
      for (auto records = below(4); records-- > 0;)
        record(message, solicited);
      if (message.message().answers.empty())
        message.rcode(2); // No negative answer either.
    }
    dns_context context;
    context.time = time;
    context.position = position;
    return {message.message(), context};
  }

  dns_moment next() {
    const auto now = at_;
    ++at_.index;
    return now;
  }

  void deny(dns_builder& message, const known_name& what, bool solicited) {
    const bool nxdomain = below(2) == 0;
    const auto ttl = any_ttl();
    message.rcode(nxdomain ? 3 : 0).soa("com", ttl, 1000);
    model_.mention(what.node, next());
    model_.add({nxdomain ? kind::nxdomain : kind::nodata, what.node, "", at_.time,
                until(ttl), solicited, at_});
  }

  void record(dns_builder& message, bool solicited) {
    const auto& owner = any_name();
    const auto ttl = any_ttl();
    const auto add = [&](kind what, const char* value) {
      model_.mention(owner.node, next());
      if (what != kind::detail)
        model_.mention(value, next());
      model_.add({what, owner.node, value, at_.time, until(ttl), solicited});
    };
    const auto type = below(8);
    if (type < 4) {
      const auto& address = all_addresses[below(all_addresses.size())];
      message.a(owner.written, address.written, ttl);
      return add(kind::edge, address.node);
    }
    const auto& target = any_name();
    if (type < 6) {
      constexpr std::array<std::uint16_t, 4> types{cname, mx, srv, https};
      message.to(types[below(4)], owner.written, target.written, ttl);
      return add(kind::edge, target.node);
    }
    if (type == 6) {
      message.to(ptr, owner.written, target.written, ttl);
      const bool reverse = std::string_view{owner.node}.starts_with("10.");
      return add(reverse ? kind::pointer : kind::detail, reverse ? target.node : "");
    }
    message.txt(owner.written, "x", ttl);
    add(kind::detail, "");
  }

  static time_ns second(std::uint32_t n) {
    return at_ns(std::int64_t{n} * 1'000'000'000);
  }
  std::uint32_t any_ttl() { return below(3) == 0 ? below(60) : below(12); }
  time_ns until(std::uint32_t ttl) const {
    return at_.time + std::chrono::seconds{std::max(ttl, 1U)};
  }

  std::mt19937_64 random_;
  std::vector<told> messages_;
  std::unique_ptr<dns_state> state_;
  dns_model model_;
  dns_moment at_;
  const known_name* last_query_ = nullptr;
  time_ns last_time_{};
  std::uint32_t id_ = 1;
};

TEST(dns_model_test, AnswersAsTheSpecSaysWordByWord) {
  // The scenario's own numbers: rapidcheck is slow to make them.
  expect_property(10'000, [] { scenario{*rc::gen::arbitrary<std::uint64_t>()}.check(); });
}

} // namespace

} // namespace vedette
