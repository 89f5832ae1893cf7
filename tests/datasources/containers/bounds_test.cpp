#include "tests/datasources/containers/containers_fixture.hpp"

#include <algorithm>

namespace vedette {

namespace {

class containers_bounds_test : public containers_test {
protected:
  static std::string nth(std::size_t n) {
    auto id = std::to_string(n);
    return full_id(std::string(16 - id.size(), '0') + id);
  }
};

TEST_F(containers_bounds_test, TheRemovedAreDroppedBeforeTheLiving) { // ▲
  state_ = containers_state{{.limit = 3}};
  for (std::size_t n = 0; n < 3; ++n)
    see({mkdir_at(100 + n, 1 + n, "/docker/" + nth(n))});
  see({rmdir_at(200, 2, "/docker/" + nth(1)), mkdir_at(300, 10, "/docker/" + nth(3))});
  EXPECT_EQ(error_at(nth(1), 300), ec::expired);
  for (const std::size_t n : {0, 2, 3})
    EXPECT_EQ(info(nth(n), 300).state, container_state::created) << n;
  see({mkdir_at(400, 11, "/docker/" + nth(4))});
  EXPECT_EQ(error_at(nth(0), 400), ec::expired) << "found first";
  EXPECT_EQ(metrics().items, 3U);
  EXPECT_EQ(metrics().evicted, 2U);
}

TEST_F(containers_bounds_test, MemoryIsFlatHoweverManyContainersCome) {
  state_ = containers_state{{.limit = 64}};
  std::uint64_t warm = 0;
  for (std::size_t n = 0; n < 10'000; ++n) {
    const auto at = 1000 * (n + 1);
    const auto path = "/docker/" + nth(n);
    see({mkdir_at(at, 2 * n + 1, path), mkdir_at(at + 1, 2 * n + 2, path + "/x"),
         attach_at(at + 2, path, 5), rmdir_at(at + 3, 2 * n + 2, path + "/x"),
         rmdir_at(at + 4, 2 * n + 1, path)});
    advance(at + 4);
    state_.take_announcements();
    if (n == 1000)
      warm = metrics().bytes;
  }
  EXPECT_EQ(metrics().items, 64U);
  EXPECT_LE(metrics().bytes, warm + warm / 8);
}

TEST_F(containers_bounds_test, MemoryIsFlatHoweverFarSomebodyLags) {
  state_ = containers_state{{.limit = 64}};
  std::uint64_t warm = 0;
  for (std::size_t n = 0; n < 60'000; ++n) {
    auto id = std::to_string(n + 100'000);
    std::ranges::reverse(id);
    see({mkdir_at(1000 + n, n + 1, "/docker/" + full_id(id))});
    state_.take_announcements();
    if (n == 30'000)
      warm = metrics().bytes;
  }
  EXPECT_EQ(metrics().items, 64U);
  EXPECT_LE(metrics().bytes, warm + warm / 8);
}

TEST_F(containers_bounds_test, NobodyInsideMakesItLargerByMkdir) {
  see({mkdir_at(100, 1, web_path_)});
  for (std::uint64_t n = 0; n < 5000; ++n)
    see({mkdir_at(200 + n, 10 + n, web_path_ + "/" + std::to_string(n))});
  const auto bytes = metrics().bytes;
  for (std::uint64_t n = 0; n < 5000; ++n)
    see({mkdir_at(10'000 + n, 10'010 + n, web_path_ + "/y" + std::to_string(n))});
  EXPECT_EQ(metrics().bytes, bytes);
  EXPECT_EQ(info(1, 20'000).id, web_);
}

TEST_F(containers_bounds_test, TheLastSixteenChangesAreAnswerable) {
  see({mkdir_at(100, 7, web_path_)});
  for (std::uint64_t n = 0; n < 40; ++n) {
    container_facts facts;
    facts.name = "name-" + std::to_string(n);
    see({web_, facts}, 200 + 10 * n);
    advance(200 + 10 * n);
  }
  for (std::uint64_t n = 24; n < 40; ++n) {
    EXPECT_EQ(info(web_, 200 + 10 * n).name, "name-" + std::to_string(n));
    EXPECT_TRUE(ask(web_, 200 + 10 * n).complete);
  }
  const auto early = ask(web_, 205);
  ASSERT_TRUE(early) << "never zeros, the oldest known";
  EXPECT_FALSE(early.complete);
  EXPECT_TRUE(ask(web_, 150).complete) << "as it was first";
}

TEST_F(containers_bounds_test, AnAnswerIsAllocatedOnceAVersion) {
  see({mkdir_at(100, 7, web_path_), attach_at(200, web_path_, 5)});
  EXPECT_EQ(ask(web_, 150).shared(), ask(7, 199).shared());
  EXPECT_EQ(ask(web_, 200).shared(), ask(web_.substr(0, 12), 300).shared());
}

} // namespace

} // namespace vedette
