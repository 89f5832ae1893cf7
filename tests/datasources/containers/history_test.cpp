// Random lives of containers in random directories of several hierarchies: every answer is
// the one of a model that keeps all history and looks through all of it.

#include "events/time_merge.hpp"
#include "tests/datasources/containers/container_lives.hpp"
#include "tests/support/property.hpp"

#include <algorithm>
#include <array>

namespace vedette::lives {

namespace {

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

} // namespace vedette::lives
