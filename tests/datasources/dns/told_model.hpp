#pragma once

#include "datasources/dns/dns.hpp"
#include "events/dns/ip_address.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace vedette::stories {

/// What belongs together, the naive way: every message that ever was, and a fixpoint
/// over all of it for every question. Nodes are texts; times are seconds, each of one
/// message.
class dns_model {
public:
  enum class relation : std::uint8_t { edge, pointer, detail, nxdomain, no_data };

  /// One record of a message, or a denial; in the order of the message.
  struct said {
    std::string owner, target; ///< Target: of edges and pointers.
    relation how;
    std::int64_t ttl;
  };
  struct told {
    std::int64_t time;
    std::string question; ///< Empty: none.
    bool solicited = false;
    std::vector<said> records; ///< None: a query.
    bool is_query = false;
  };

  explicit dns_model(std::vector<told> all) : all_{std::move(all)} {
    std::ranges::sort(all_, {}, [](auto& one) {
      return std::tuple{one.time, !one.is_query};
    });
  }

  struct answer {
    bool known = false, found = false;
    std::vector<std::string> addresses, queries; ///< In their order.
    std::string root, negative;
  };

  [[nodiscard]] answer ask(const std::string& key, std::int64_t time,
                           bool strict) const {
    answer result;
    std::string negative;
    bool is_found = false;
    for (const auto& one : all_)
      for (const auto& record : one.records) {
        if (one.time > time || (record.owner != key && record.target != key))
          continue;
        result.known = true;
        if (!is_valid(one, record, time, strict))
          continue;
        if (is_denial(record))
          negative = record.how == relation::nxdomain ? "NXDOMAIN" : "NODATA";
        else
          is_found = true;
      }
    result.found = is_found || !negative.empty();
    if (!result.found)
      return result;
    const auto up = closure(key, time, strict, true);
    result.root = root_of(up, time, strict);
    if (!is_found) {
      result.negative = negative;
      return result;
    }
    const auto down = closure(key, time, strict, false);
    auto related = down;
    for (const auto& one : pointed(key, time, strict))
      related.insert(one);
    for (const auto& one : related)
      if (is_address(one))
        result.addresses.push_back(one);
    related.insert(up.begin(), up.end());
    for (const auto& one : related)
      if (!is_address(one))
        result.queries.push_back(one);
    std::ranges::sort(result.addresses, {}, [&](auto& one) { return first_seen(one); });
    std::ranges::sort(result.queries, {}, [&](auto& one) {
      const auto asked = asked_at(one, strict);
      const bool was_asked = asked <= time;
      return std::tuple{!was_asked, was_asked ? place{asked, -1} : first_seen(one)};
    });
    return result;
  }

  /// Whether its first queries are in an order that both ways of looking have.
  [[nodiscard]] std::size_t asked_among(const std::vector<std::string>& names,
                                        std::int64_t time, bool strict) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        names, [&](auto& one) { return asked_at(one, strict) <= time; }));
  }

private:
  using place = std::pair<std::int64_t, std::int64_t>;
  static constexpr std::int64_t never = 1'000'000'000;

  static bool is_denial(const said& one) {
    return one.how == relation::nxdomain || one.how == relation::no_data;
  }
  static bool is_address(const std::string& text) {
    return parse_address(text).has_value();
  }
  static bool is_valid(const told& message, const said& record, std::int64_t time,
                       bool strict) {
    return (message.solicited || !strict) && message.time <= time
           && time < message.time + std::max<std::int64_t>(record.ttl, 1);
  }

  template <class Visit>
  void each_valid(relation how, std::int64_t time, bool strict, Visit visit) const {
    for (const auto& one : all_)
      for (const auto& record : one.records)
        if (record.how == how && is_valid(one, record, time, strict))
          visit(record);
  }

  [[nodiscard]] std::set<std::string> closure(const std::string& key, std::int64_t time,
                                              bool strict, bool up) const {
    std::set<std::string> reached{key};
    for (std::size_t before = 0; before != reached.size();) {
      before = reached.size();
      each_valid(relation::edge, time, strict, [&](const said& one) {
        if (reached.contains(up ? one.target : one.owner))
          reached.insert(up ? one.owner : one.target);
      });
    }
    return reached;
  }

  [[nodiscard]] std::set<std::string> pointed(const std::string& key, std::int64_t time,
                                              bool strict) const {
    std::set<std::string> result;
    each_valid(relation::pointer, time, strict, [&](const said& one) {
      if (one.owner == key)
        result.insert(one.target);
      if (one.target == key)
        result.insert(one.owner);
    });
    return result;
  }

  [[nodiscard]] std::int64_t asked_at(const std::string& name, bool strict) const {
    for (const auto& one : all_)
      if (one.question == name && (one.solicited || !strict))
        return one.time;
    return never;
  }

  [[nodiscard]] std::string root_of(const std::set<std::string>& up, std::int64_t time,
                                    bool strict) const {
    std::string root;
    std::int64_t oldest = time + 1;
    for (const auto& one : up)
      if (const auto asked = asked_at(one, strict); asked < oldest) {
        oldest = asked;
        root = one;
      }
    return root;
  }

  /// A name that was asked for is mentioned by its question first.
  [[nodiscard]] place first_seen(const std::string& node) const {
    for (const auto& one : all_) {
      if (one.question == node)
        return {one.time, -1};
      std::int64_t index = 0;
      for (const auto& record : one.records)
        for (const auto* mentioned : {&record.owner, &record.target}) {
          if (*mentioned == node)
            return {one.time, index};
          ++index;
        }
    }
    return {never, 0};
  }

  std::vector<told> all_; ///< By time.
};

} // namespace vedette::stories
