#pragma once

#include "tests/datasources/containers/containers_fixture.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <rapidcheck.h>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// Random lives of containers in random directories of several hierarchies.
namespace vedette::lives {

using words = std::vector<std::uint32_t>;

constexpr std::uint64_t grace = 40;
constexpr std::uint32_t hierarchies = 3, ids = 4;

/// What happened, in the model's own words.
struct deed {
  enum kind { make, take_away, attach, resolve, fail } what;
  std::uint64_t at;
  std::uint32_t which; ///< Container.
  std::uint32_t hierarchy = 0;
  std::uint64_t directory = 0;
  bool own = true;
  std::uint32_t pid = 0;
};

/// Two share the first 12 characters of their ids.
inline std::string id_of(std::uint32_t which) {
  return full_id("c0ffee0000" + std::string{which < 2 ? "00" : "1" + std::to_string(which)}
                 + std::to_string(which));
}

inline std::string path_of(const deed& one) {
  return "/docker/" + id_of(one.which)
         + (one.own ? "" : "/" + std::to_string(one.directory));
}

/// What a container was like, worked out of all deeds up to a time.
struct seen {
  bool known = false;
  container_state state = container_state::created;
  std::uint64_t ctime = 0, removed = 0;
  std::uint32_t pid = 0;
  std::string enrichment, name;
};

class model {
public:
  void add(const deed& one) { deeds_.push_back(one); }

  [[nodiscard]] seen container_at(std::uint32_t which, std::uint64_t as_of) const {
    seen result;
    std::set<std::pair<std::uint32_t, std::uint64_t>> own;
    for (const auto& one : deeds_)
      if (one.which == which && one.at <= as_of)
        apply(one, result, own);
    return result;
  }

  /// Who had the directory last, and until when.
  struct place {
    std::uint32_t which;
    std::optional<std::uint64_t> until;
  };
  [[nodiscard]] std::optional<place> directory_at(std::uint64_t id,
                                                  std::uint64_t as_of) const {
    std::optional<place> result;
    for (const auto& one : deeds_) {
      if (one.at > as_of)
        continue;
      if (one.what == deed::make && one.hierarchy == 0 && one.directory == id)
        result = place{one.which, {}};
      else if (one.what == deed::take_away && one.hierarchy == 0 && one.directory == id)
        result->until = one.at;
      if (result && !result->until && one.which == result->which
          && one.what == deed::take_away
          && container_at(one.which, one.at).state == container_state::removed)
        result->until = one.at; // With all that it had left.
    }
    return result;
  }

  [[nodiscard]] const std::vector<deed>& deeds() const { return deeds_; }

private:
  static void apply(const deed& one, seen& now,
                    std::set<std::pair<std::uint32_t, std::uint64_t>>& own) {
    const bool is_forgotten = now.known && now.state == container_state::removed
                              && one.at > now.removed + 2 * grace;
    if (is_forgotten && (one.what == deed::make || one.what == deed::attach))
      now = {};
    else if (is_forgotten)
      return;
    const bool removed = now.known && now.state == container_state::removed;
    switch (one.what) {
    case deed::make:
      if (!now.known || removed) {
        now.state = container_state::created;
        now.enrichment = "pending";
        now.ctime = 0;
        now.pid = 0;
      }
      now.known = true;
      if (one.own) {
        own.emplace(one.hierarchy, one.directory);
        now.ctime = now.ctime == 0 ? one.at : now.ctime;
      }
      return;
    case deed::take_away:
      if (one.own) {
        own.erase({one.hierarchy, one.directory});
        if (own.empty() && now.known && !removed) {
          now.state = container_state::removed;
          now.removed = one.at;
        }
      }
      return;
    case deed::attach:
      if (removed)
        return;
      if (!now.known)
        now = {true, container_state::created, 0, 0, 0, "pending", ""};
      now.state = container_state::running;
      now.pid = now.pid == 0 ? one.pid : now.pid;
      return;
    case deed::resolve:
      if (!now.known)
        return;
      now.enrichment = "resolved";
      now.name = "name-" + std::to_string(one.pid);
      now.pid = one.pid;
      return;
    case deed::fail:
      if (now.known && now.enrichment == "pending")
        now.enrichment = "failed: no";
      return;
    }
  }

  std::vector<deed> deeds_; ///< By time.
};

/// Makes deeds that can happen: what is there is taken away, what is not is made.
class host {
public:
  void step(std::uint32_t choice) {
    clock_ += 1 + choice % 7;
    const auto which = choice / 8 % 4;
    switch (choice / 32 % 8) {
    case 0:
    case 1:
    case 2:
      return make(which, choice / 256);
    case 3:
    case 4:
      return take_away(choice / 256);
    case 5:
      return model_.add({deed::attach, clock_, which, 0, 0, true, 1 + choice / 256 % 50});
    case 6:
      return model_.add({deed::resolve, clock_, which, 0, 0, true, 1 + choice / 256 % 50});
    default:
      return model_.add({deed::fail, clock_, which});
    }
  }
  [[nodiscard]] const model& past() const { return model_; }
  [[nodiscard]] std::uint64_t now() const { return clock_; }

private:
  void make(std::uint32_t which, std::uint32_t choice) {
    const deed one{deed::make, clock_, which, choice % hierarchies,
                   1 + choice / hierarchies % (ids * 2), choice / 32 % 3 != 0};
    const auto place = std::pair{one.hierarchy, one.directory};
    if (there_.contains(place))
      return;
    there_.emplace(place, one);
    model_.add(one);
  }
  void take_away(std::uint32_t choice) {
    if (there_.empty())
      return;
    auto next = std::next(there_.begin(),
                          static_cast<std::ptrdiff_t>(choice % there_.size()));
    auto one = next->second;
    one.what = deed::take_away;
    one.at = clock_;
    there_.erase(next);
    model_.add(one);
    // With its last own directory a container loses those below: none is left behind.
    if (model_.container_at(one.which, clock_).state == container_state::removed)
      std::erase_if(there_, [&](auto& left) { return left.second.which == one.which; });
  }

  std::uint64_t clock_ = 1000;
  model model_;
  std::map<std::pair<std::uint32_t, std::uint64_t>, deed> there_;
};

inline batch_ptr event_of(const deed& one) {
  switch (one.what) {
  case deed::make:
    return make_batch({mkdir_at(one.at, one.directory, path_of(one), one.hierarchy)});
  case deed::take_away:
    return make_batch({rmdir_at(one.at, one.directory, path_of(one), one.hierarchy)});
  case deed::attach:
    return make_batch({attach_at(one.at, path_of(one), static_cast<int>(one.pid))});
  default:
    break;
  }
  container_answer answer{id_of(one.which), std::unexpected{std::string{"no"}}};
  if (one.what == deed::resolve) {
    answer.facts = container_facts{};
    answer.facts->name = "name-" + std::to_string(one.pid);
    answer.facts->pid = one.pid;
  }
  return to_batch({&answer, 1}, at_ns(static_cast<std::int64_t>(one.at)), 0);
}

inline words some_words(std::size_t most) {
  const auto size = *rc::gen::inRange<std::size_t>(0, most);
  return *rc::gen::container<words>(size,
                                    rc::gen::inRange<std::uint32_t>(0, 1U << 30U));
}

} // namespace vedette::lives
