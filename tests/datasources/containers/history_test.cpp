// Random lives of containers in random directories of several hierarchies: every answer is
// the one of a model that keeps all history and looks through all of it.

#include "events/time_merge.hpp"
#include "tests/datasources/containers/containers_fixture.hpp"
#include "tests/support/property.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace vedette {

namespace {

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
std::string id_of(std::uint32_t which) {
  return full_id("c0ffee0000" + std::string{which < 2 ? "00" : "1" + std::to_string(which)}
                 + std::to_string(which));
}

std::string path_of(const deed& one) {
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

batch_ptr event_of(const deed& one) {
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

class history_of_containers : public containers_test {
protected:
  history_of_containers() { restart(); }

  void restart() {
    auto config = asking_docker();
    config.grace = std::chrono::nanoseconds{grace};
    state_ = containers_state{config};
  }

  /// Streams whose events come in any order between streams, but behind a watermark.
  void feed(const model& past, const words& arrival) {
    std::array<std::vector<const deed*>, 3> streams;
    for (std::size_t i = 0; i < past.deeds().size(); ++i)
      streams[arrival.empty() ? 0 : arrival[i % arrival.size()] % 3].push_back(
          &past.deeds()[i]);
    time_merge<batch_ptr> merge{3};
    std::array<std::size_t, 3> next{};
    for (std::size_t turn = 0;; ++turn) {
      bool any = false;
      for (std::size_t s = 0; s < 3; ++s) {
        const auto burst = arrival.empty() ? 1 : 1 + arrival[turn % arrival.size()] / 3 % 4;
        for (std::size_t i = 0; i < burst && next[s] < streams[s].size(); ++i, any = true) {
          const auto& one = *streams[s][next[s]++];
          merge.push({at_ns(static_cast<std::int64_t>(one.at)), one.at,
                      static_cast<std::uint32_t>(s)},
                     event_of(one));
        }
        merge.advance(s, next[s] == streams[s].size()
                             ? end_of_time
                             : at_ns(static_cast<std::int64_t>(
                                 streams[s][next[s]]->at - 1)));
      }
      merge.release([&](const moment& at, batch_ptr&& batch) {
        state_.apply((*batch)[0]);
        state_.advance(at.time);
      });
      if (!any)
        return;
    }
  }

  void compare(const seen& expected, const get_result<container_info>& found,
               std::uint64_t as_of, std::uint64_t until) {
    RC_ASSERT(found.complete);
    if (!expected.known) {
      RC_ASSERT(!found);
      RC_ASSERT(found.error() == ec::data_not_found);
      return;
    }
    const bool removed = expected.state == container_state::removed;
    if ((removed && as_of >= expected.removed + grace) || as_of >= until) {
      RC_ASSERT(!found);
      RC_ASSERT(found.error() == ec::expired);
      return;
    }
    RC_ASSERT(static_cast<bool>(found));
    RC_ASSERT(found->state == expected.state);
    RC_ASSERT(found->pid == expected.pid);
    RC_ASSERT(found->ctime == at_ns(static_cast<std::int64_t>(expected.ctime)));
    RC_ASSERT(found->enrichment == expected.enrichment);
    RC_ASSERT(found->name == expected.name);
  }

  void check(const host& all, std::uint32_t choice) {
    const auto& past = all.past();
    // Not so far back that what was removed before has been forgotten.
    const auto as_of = all.now() - choice % grace;
    const auto which = choice / 64 % 4;
    const auto id = id_of(which);
    compare(past.container_at(which, as_of), ask(id, as_of), as_of, ~std::uint64_t{0});
    const auto prefix = id.substr(0, 12 + choice / 256 % 20);
    const bool both = which < 2 && prefix.size() < 13;
    const auto shown = [&](std::uint32_t one) {
      const auto it = past.container_at(one, as_of);
      return it.known
             && (it.state != container_state::removed || as_of < it.removed + grace);
    };
    const auto found = ask(prefix, as_of);
    if (both && shown(0) && shown(1))
      RC_ASSERT(!found && found.error() == ec::key_not_supported);
    else if (both)
      RC_ASSERT(static_cast<bool>(found) == (shown(0) || shown(1)));
    else
      RC_ASSERT(static_cast<bool>(found) == shown(which));
    check_directory(past, 1 + choice / 64 % (ids * 2), as_of);
  }

  void check_directory(const model& past, std::uint64_t directory, std::uint64_t as_of) {
    const auto first = std::ranges::find_if(past.deeds(), [](auto& one) {
      return one.what == deed::make && one.hierarchy == 0;
    });
    if (first == past.deeds().end() || first->at > as_of)
      return; // A host without v2: see the other tests.
    const auto found = ask(directory, as_of);
    const auto place = past.directory_at(directory, as_of);
    if (!place) {
      RC_ASSERT(!found);
      return;
    }
    const auto until =
        place->until ? *place->until + grace : ~std::uint64_t{0};
    const auto expected = past.container_at(place->which, as_of);
    compare(expected, found, as_of, until);
    if (found)
      RC_ASSERT(found->id == id_of(place->which));
  }
};

words some_words(std::size_t most) {
  const auto size = *rc::gen::inRange<std::size_t>(0, most);
  return *rc::gen::container<words>(size,
                                    rc::gen::inRange<std::uint32_t>(0, 1U << 30U));
}

TEST_F(history_of_containers, IsAnsweredAsAModelThatKeepsAllOfIt) {
  std::size_t asked = 0;
  expect_property(10'000, [&] {
    host all;
    for (const auto choice : some_words(25))
      all.step(choice);
    restart();
    feed(all.past(), some_words(8));
    for (const auto choice : some_words(6)) {
      check(all, choice);
      ++asked;
    }
  });
  EXPECT_GT(asked, 0U);
}

} // namespace

} // namespace vedette
