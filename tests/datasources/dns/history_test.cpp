// Random messages in any order of arrival: every answer as of any time is the one of a
// model that keeps all history and computes what is related as a fixpoint.

#include "datasources/dns/state.hpp"
#include "tests/datasources/dns/story_messages.hpp"
#include "tests/datasources/dns/told_model.hpp"
#include "tests/support/property.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <rapidcheck.h>
#include <set>

namespace vedette::stories {

namespace {

using words = std::vector<std::uint32_t>;
using relation = dns_model::relation;

constexpr std::int64_t last_second = 60;

const std::vector<std::string> names{"a.example", "b.example", "c.example",
                                     "d.example", "e.example", "f.example"};
const std::vector<std::string> addresses{"192.0.2.1", "192.0.2.2", "2001:db8::3"};
const std::vector<std::string> reverse{"1.2.0.192.in-addr.arpa",
                                       "2.2.0.192.in-addr.arpa"};

/// A message as the state gets it, and what the model makes of it.
struct sent {
  dns_builder message;
  dns_model::told told;
};

/// Takes choices out of a number.
class chooser {
public:
  explicit chooser(std::uint32_t seed) : bits_{seed * 0x9E37'79B9'7F4A'7C15U + 1} {}

  std::size_t below(std::size_t limit) {
    bits_ ^= bits_ << 13U;
    bits_ ^= bits_ >> 7U;
    bits_ ^= bits_ << 17U;
    return (bits_ >> 20U) % limit;
  }
  template <class Item>
  const Item& of(const std::vector<Item>& items) {
    return items[below(items.size())];
  }

private:
  std::uint64_t bits_;
};

void add_record(chooser& choose, sent& to) {
  const auto& owner = choose.of(names);
  const auto& name = choose.of(names);
  const auto ttl = static_cast<std::uint32_t>(choose.below(25));
  const auto& address = choose.of(addresses);
  auto& records = to.told.records;
  switch (choose.below(6)) {
  case 0:
    to.message.cname(owner, name, ttl);
    records.push_back({owner, name, relation::edge, ttl});
    return;
  case 1:
    to.message.mx(owner, name, ttl);
    records.push_back({owner, name, relation::edge, ttl});
    return;
  case 2:
    to.message.https(owner, name, {address}, ttl);
    records.push_back({owner, name, relation::edge, ttl});
    records.push_back({owner, address, relation::edge, ttl});
    return;
  case 3: {
    const auto which = choose.below(reverse.size());
    to.message.ptr(reverse[which], name, ttl);
    records.push_back({addresses[which], name, relation::pointer, ttl});
    return;
  }
  case 4:
    if (choose.below(3) == 0) {
      to.message.txt(owner, "text", ttl);
      records.push_back({owner, "", relation::detail, ttl});
      return;
    }
    [[fallthrough]];
  default:
    to.message.a(owner, address, ttl);
    records.push_back({owner, address, relation::edge, ttl});
  }
}

void deny(chooser& choose, sent& to, const std::string& name) {
  const auto ttl = static_cast<std::uint32_t>(choose.below(25));
  const bool all = choose.below(2) == 0;
  if (all)
    to.message.rcode(dns_rcode::nxdomain);
  to.message.soa("example", ttl, 20);
  to.told.records.push_back({name, "", all ? relation::nxdomain : relation::no_data,
                             std::min<std::int64_t>(ttl, 20)});
}

/// A conversation of one second; its query may not have been seen.
void converse(std::uint32_t word, std::int64_t time, std::vector<sent>& queries,
              std::vector<sent>& answers) {
  chooser choose{word};
  const auto id = static_cast<std::uint16_t>(time);
  const bool is_reverse = choose.below(6) == 0;
  const auto which = choose.below(is_reverse ? reverse.size() : names.size());
  const auto& asked = is_reverse ? reverse[which] : names[which];
  const auto& node = is_reverse ? addresses[which] : names[which];
  const bool solicited = choose.below(3) != 0;
  if (solicited)
    queries.push_back({query(asked).id(id), {time, node, true, {}, true}});
  if (solicited && choose.below(8) == 0)
    return; // Never answered.
  sent answer{answer_to(asked).id(id), {time, node, solicited, {}, false}};
  if (choose.below(5) == 0)
    deny(choose, answer, node);
  else
    for (auto n = 1 + choose.below(4); n > 0; --n)
      add_record(choose, answer);
  answers.push_back(std::move(answer));
}

class dns_history : public testing::Test {
protected:
  void tell(const words& life, std::uint32_t arrival) {
    std::int64_t time = 1;
    for (const auto word : life) {
      time += 1 + word % 4;
      if (time > last_second)
        break;
      converse(word, time, queries_, answers_);
    }
    for (const auto& one : queries_)
      all_.push_back(one.told);
    for (const auto& one : answers_)
      all_.push_back(one.told);
    if (arrival == 0)
      return;
    chooser choose{arrival};
    for (std::size_t i = answers_.size(); i > 1; --i)
      std::swap(answers_[i - 1], answers_[choose.below(i)]);
  }

  static void apply(dns_state& state, const sent& one) {
    const bool is_query = one.told.is_query;
    state.apply_message(
        one.message.message(),
        {.time = at_ns(one.told.time * 1'000'000'000),
         .container = {},
         .src_port = is_query ? std::uint16_t{40000} : std::uint16_t{53},
         .dst_port = is_query ? std::uint16_t{53} : std::uint16_t{40000}});
  }

  /// Whether the state answers what the model does; `exact`: also in this order.
  static void compare(dns_state& state, const dns_model& model, const std::string& key,
                      std::int64_t time, bool strict, bool exact) {
    const auto parts = strict ? dns_parts::solicited_only : dns_parts::plain;
    const auto found =
        state.get(dns_key::of_text(key, parts).value(), at_ns(time * 1'000'000'000));
    auto expected = model.ask(key, time, strict);
    RC_LOG() << key << " as of " << time << (strict ? ", solicited only\n" : "\n");
    RC_ASSERT(found.has_value() == expected.found);
    if (!found) {
      if (exact && !strict)
        RC_ASSERT(found.error() == (expected.known ? ec::expired : ec::data_not_found));
      return;
    }
    RC_ASSERT(found->negative == expected.negative);
    auto queries = found->dns_queries;
    auto ips = found->ip_addresses;
    if (!exact || strict) { // By whom something was seen first is left out there.
      const auto asked = exact ? model.asked_among(expected.queries, time, strict) : 0;
      for (auto* all : {&queries, &expected.queries})
        std::sort(all->begin()
                      + static_cast<std::ptrdiff_t>(std::min(asked, all->size())),
                  all->end());
      std::ranges::sort(ips);
      std::ranges::sort(expected.addresses);
    }
    RC_ASSERT(queries == expected.queries);
    RC_ASSERT(ips == expected.addresses);
    if (exact)
      RC_ASSERT(found->dns_root == expected.root);
  }

  /// What is answered, as text.
  static std::string show(dns_state& state, const std::string& key, std::int64_t time) {
    const auto asked = dns_key::of_text(key, dns_parts::records).value();
    const auto found = state.get(asked, at_ns(time * 1'000'000'000));
    const std::string complete = found.complete ? "" : " incomplete";
    if (!found)
      return std::string{to_string(found.error())} + complete;
    return to_json(dns::to_value(*found, {})) + complete;
  }

  template <class Visit>
  static void each_key(Visit visit) {
    for (const auto* all : {&names, &addresses})
      for (const auto& key : *all)
        visit(key);
  }

  std::vector<sent> queries_, answers_;
  std::vector<dns_model::told> all_;
};

class dns_history_test : public testing::Test {};

struct any_order : dns_history {
  void TestBody() override {}
  void check(const words& life, const words& asked, std::uint32_t arrival) {
    tell(life, arrival + 1);
    const dns_model model{all_};
    dns_state state{{.keep_expired = std::chrono::hours{1}}};
    for (const auto& one : queries_)
      apply(state, one);
    for (const auto& one : answers_) {
      apply(state, one);
      each_key([&](auto& key) { // Kept answers must not outlive what they say.
        (void)state.get(dns_key::of_text(key).value(), at_ns(30'000'000'000));
      });
    }
    for (const auto word : asked) {
      const auto time = static_cast<std::int64_t>(word % (last_second + 30));
      each_key([&](auto& key) {
        compare(state, model, key, time, false, true);
        compare(state, model, key, time, true, true);
      });
    }
  }
};

/// A member that is added does not compile here until it is compared.
auto all_of(const dns_record_info& record) {
  const auto& [owner, type, value, ttl, seen_at, asked_by, container, solicited] =
      record;
  return std::tuple{owner, type, value, ttl, seen_at, asked_by, container, solicited};
}

auto all_of(const dns_info& info) {
  const auto& [found_addresses, queries, root, negative, records] = info;
  std::vector<decltype(all_of(records.front()))> all;
  for (const auto& record : records)
    all.push_back(all_of(record));
  return std::tuple{found_addresses, queries, root, negative, all};
}

struct as_it_happens : dns_history {
  void TestBody() override {}
  void check(const words& life, std::uint32_t rhythm) {
    tell(life, 0);
    const dns_model model{all_};
    const dns_config config{.keep_expired = std::chrono::seconds{5}};
    dns_state often{config}, seldom{config};
    chooser choose{rhythm};
    std::size_t query = 0;
    for (const auto& one : answers_) {
      const auto time = one.told.time;
      for (; query < queries_.size() && queries_[query].told.time <= time; ++query) {
        often.advance(at_ns((queries_[query].told.time - 1) * 1'000'000'000));
        apply(often, queries_[query]);
        apply(seldom, queries_[query]);
      }
      apply(often, one);
      apply(seldom, one);
      often.advance(at_ns(time * 1'000'000'000));
      if (choose.below(4) == 0)
        seldom.advance(at_ns(time * 1'000'000'000));
      each_key([&](auto& key) {
        compare(often, model, key, time, false, false);
        compare(often, model, key, std::max<std::int64_t>(1, time - 5), true, false);
        same(often, seldom, key, time);
      });
    }
  }

private:
  /// How often it is told to forget must not show.
  static void same(dns_state& often, dns_state& seldom, const std::string& key,
                   std::int64_t time) {
    const auto asked = dns_key::of_text(key, dns_parts::records).value();
    const auto one = often.get(asked, at_ns(time * 1'000'000'000));
    const auto other = seldom.get(asked, at_ns(time * 1'000'000'000));
    RC_ASSERT(one.complete == other.complete);
    RC_ASSERT(one.has_value() == other.has_value());
    if (one)
      RC_ASSERT(all_of(*one) == all_of(*other));
    else
      RC_ASSERT(one.error() == other.error());
  }
};

/// There is no room for most names: who lags is told what who does not was told.
struct by_who_lags : dns_history {
  void TestBody() override {}
  void check(const words& life, std::size_t room, std::size_t lag) {
    tell(life, 0);
    std::vector<sent> all{queries_};
    all.insert(all.end(), answers_.begin(), answers_.end());
    std::ranges::stable_sort(all, {}, [](const sent& one) { return one.told.time; });
    const dns_config config{.names = room, .keep_expired = std::chrono::seconds{20}};
    dns_state prompt{config}, late{config};
    std::vector<std::pair<std::int64_t, std::vector<std::string>>> told;
    const auto ask_late = [&](std::size_t which) {
      const auto& [time, answers] = told[which];
      late.advance(at_ns(told.back().first * 1'000'000'000),
                   at_ns(time * 1'000'000'000));
      auto answer = answers.begin();
      each_key([&](auto& key) {
        RC_LOG() << key << " as of " << time << '\n';
        RC_ASSERT(show(late, key, time) == *answer++);
      });
    };
    for (std::size_t next = 0; next < all.size();) {
      const auto time = all[next].told.time;
      for (; next < all.size() && all[next].told.time == time; ++next) {
        apply(prompt, all[next]);
        apply(late, all[next]);
      }
      prompt.advance(at_ns(time * 1'000'000'000));
      auto& answers = told.emplace_back(time, std::vector<std::string>{}).second;
      each_key([&](auto& key) { answers.push_back(show(prompt, key, time)); });
      if (told.size() > lag)
        ask_late(told.size() - 1 - lag);
    }
    for (auto left = std::min(lag, told.size()); left > 0; --left)
      ask_late(told.size() - left);
  }
};

rc::Gen<words> some_words(int most) {
  return rc::gen::resize(
      most, rc::gen::container<words>(rc::gen::inRange<std::uint32_t>(0, 1U << 30U)));
}

TEST_F(dns_history_test, AnswersDependOnEventTimesAloneWhateverTheOrderOfArrival) {
  expect_property(10'000, [] {
    any_order{}.check(*some_words(30), *some_words(3), *rc::gen::inRange(0U, 1000U));
  });
}

TEST_F(dns_history_test, WhenItForgetsNeverShows) {
  expect_property(2000, [] {
    as_it_happens{}.check(*some_words(30), *rc::gen::inRange(0U, 1000U));
  });
}

TEST_F(dns_history_test, WhatThereIsNoRoomForIsThereForWhoLags) {
  expect_property(3000, [] {
    by_who_lags{}.check(*some_words(30), *rc::gen::inRange(1U, 5U),
                        *rc::gen::inRange(0U, 12U));
  });
}

} // namespace

} // namespace vedette::stories
