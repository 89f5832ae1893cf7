#pragma once

#include "datasources/dns/dns.hpp"
#include "datasources/dns/sightings.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace vedette {

/// *Related*, as spec/data-sources.md section 4 defines it, word by word: keeps all
/// that was ever said and looks for fixed points. Nodes are texts; a reverse name is
/// its address. Says nothing of forgetting.
class dns_model {
public:
  enum class kind { edge, pointer, detail, nxdomain, nodata };
  struct fact {
    kind what;
    std::string owner, value;
    time_ns seen, until;
    bool solicited;
    dns_moment when{};
  };

  void mention(const std::string& node, dns_moment when) {
    auto& first = first_seen_.try_emplace(node, when).first->second;
    first = std::min(first, when);
  }
  void ask(const std::string& node, dns_moment when, bool solicited) {
    for (const auto only : {false, true}) {
      if (only && !solicited)
        continue;
      auto& first = asked_[only].try_emplace(node, when).first->second;
      first = std::min(first, when);
    }
  }
  void add(fact one) { facts_.push_back(std::move(one)); }

  /// Nothing: not known. An error's record is empty.
  std::pair<ec, dns_info> get(const std::string& key, time_ns asked,
                              bool solicited_only) const {
    std::vector<fact> valid;
    bool known = false;
    for (const auto& one : facts_) {
      const bool touches = one.owner == key || (is_edge(one) && one.value == key);
      known = known || (touches && one.seen <= asked);
      if (one.seen <= asked && asked < one.until && (one.solicited || !solicited_only))
        valid.push_back(one);
    }
    const auto down = closure(key, valid, &fact::owner, &fact::value);
    const auto up = closure(key, valid, &fact::value, &fact::owner);
    auto addresses = down, names = down;
    names.insert(up.begin(), up.end());
    bool found = false;
    const fact* negative = nullptr;
    for (const auto& one : valid) {
      const bool mine = one.owner == key;
      if (one.what == kind::pointer && mine)
        names.insert(one.value), addresses.insert(one.value);
      if (one.what == kind::pointer && one.value == key)
        names.insert(one.owner), addresses.insert(one.owner);
      if (one.what == kind::nxdomain || one.what == kind::nodata) {
        if (mine && (negative == nullptr || negative->when < one.when))
          negative = &one;
      } else {
        found = found || mine || (one.what != kind::detail && one.value == key);
      }
    }
    if (!found && negative == nullptr)
      return {known ? ec::expired : ec::data_not_found, {}};
    dns_info info;
    info.dns_root = oldest(up, asked, solicited_only);
    if (found) {
      info.ip_addresses = listed(addresses, true, asked, solicited_only);
      info.dns_queries = listed(names, false, asked, solicited_only);
    } else {
      info.negative = negative->what == kind::nxdomain ? "NXDOMAIN" : "NODATA";
    }
    return {ec{}, info};
  }

private:
  static bool is_edge(const fact& one) {
    return one.what == kind::edge || one.what == kind::pointer;
  }
  static bool is_address(const std::string& node) {
    return node.starts_with("10.") || node.find(':') != std::string::npos;
  }

  static std::set<std::string> closure(const std::string& key,
                                       const std::vector<fact>& valid,
                                       std::string fact::*from, std::string fact::*to) {
    std::set<std::string> reached{key};
    for (bool grown = true; grown;) {
      grown = false;
      for (const auto& one : valid)
        if (one.what == kind::edge && reached.contains(one.*from))
          grown = reached.insert(one.*to).second || grown;
    }
    return reached;
  }

  std::optional<dns_moment> asked(const std::string& node, time_ns at,
                                  bool solicited_only) const {
    const auto found = asked_[solicited_only].find(node);
    if (found == asked_[solicited_only].end() || found->second.time > at)
      return {};
    return found->second;
  }

  std::string oldest(const std::set<std::string>& nodes, time_ns at,
                     bool solicited_only) const {
    std::string root;
    std::optional<dns_moment> first;
    for (const auto& node : nodes)
      if (const auto when = asked(node, at, solicited_only);
          when && (!first || *when < *first))
        first = when, root = node;
    return root;
  }

  std::vector<std::string> listed(const std::set<std::string>& nodes, bool addresses,
                                  time_ns at, bool solicited_only) const {
    std::vector<std::tuple<bool, dns_moment, std::string>> order;
    for (const auto& node : nodes)
      if (is_address(node) == addresses) {
        const auto when = addresses ? std::nullopt : asked(node, at, solicited_only);
        order.emplace_back(!when, when.value_or(first_seen_.at(node)), node);
      }
    std::ranges::sort(order);
    std::vector<std::string> texts;
    for (auto& one : order)
      texts.push_back(std::get<2>(one));
    return texts;
  }

  std::vector<fact> facts_;
  std::map<std::string, dns_moment> first_seen_;
  std::map<std::string, dns_moment> asked_[2];
};

} // namespace vedette
