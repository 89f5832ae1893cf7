#include "events/batch_builder.hpp"
#include "tests/support/events.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

namespace vedette {

namespace {

using testing::ElementsAre;

event_builder numbered(std::uint64_t number) {
  return event_builder{event_kind::sched_process_exec}
      .at(number)
      .arg<events::sched_process_exec::pathname>("/bin/" + std::string(number % 9, 'x'));
}

std::vector<std::int64_t> times(const batch& of) {
  std::vector<std::int64_t> result;
  for (const auto event : of.events())
    result.push_back(event.time().time_since_epoch().count());
  return result;
}

TEST(BatchBuilder, MakesBatchesOneAfterAnother) {
  batch_builder builder{3, std::chrono::nanoseconds{1000}};
  EXPECT_TRUE(builder.empty());
  builder.add(numbered(1).record());
  builder.add(numbered(2).record());
  EXPECT_EQ(builder.size(), 2U);
  const auto bytes = builder.bytes();
  const auto first = builder.take();
  EXPECT_TRUE(builder.empty());
  EXPECT_EQ(builder.bytes(), 0U);
  builder.add(numbered(3).record());
  const auto second = builder.take();
  EXPECT_THAT(times(*first), ElementsAre(1001, 1002));
  EXPECT_THAT(times(*second), ElementsAre(1003));
  EXPECT_EQ(first->bytes(), bytes);
  EXPECT_EQ(first->shard(), 3U);
  EXPECT_EQ(second->shard(), 3U);
  EXPECT_EQ(second->clock_offset(), std::chrono::nanoseconds{1000});
}

TEST(BatchBuilder, MakesAnEmptyBatch) {
  batch_builder builder{1};
  const auto nothing = builder.take();
  EXPECT_TRUE(nothing->empty());
  EXPECT_EQ(nothing->bytes(), 0U);
  builder.add(numbered(1).record());
  EXPECT_TRUE(builder.take(0)->empty());
  EXPECT_THAT(times(*builder.take()), ElementsAre(1));
}

TEST(BatchBuilder, KeepsWhatIsNotTaken) {
  EXPECT_TRUE(rc::check("any cuts give the same events", [] {
    batch_builder builder{0};
    std::vector<std::int64_t> taken;
    std::int64_t next = 0;
    for (const auto adds : *rc::gen::container<std::vector<bool>>(rc::gen::arbitrary<bool>()))
      if (adds) {
        for (auto left = *rc::gen::inRange(1, 20); left > 0; --left)
          builder.add(numbered(static_cast<std::uint64_t>(next++)).record());
      } else {
        const auto count = *rc::gen::inRange<std::size_t>(0, builder.size() + 1);
        const auto before = builder.size();
        const auto batch = builder.take(count);
        RC_ASSERT(batch->size() == count);
        RC_ASSERT(builder.size() == before - count);
        for (const auto event : batch->events()) {
          const auto path = event.get<events::sched_process_exec::pathname>();
          RC_ASSERT(path == "/bin/" + std::string(event.header().time_ns % 9, 'x'));
          RC_ASSERT(reinterpret_cast<std::uintptr_t>(&event.header()) % 8 == 0U);
        }
        const auto got = times(*batch);
        taken.insert(taken.end(), got.begin(), got.end());
      }
    const auto rest = times(*builder.take());
    taken.insert(taken.end(), rest.begin(), rest.end());
    RC_ASSERT(taken.size() == static_cast<std::size_t>(next));
    RC_ASSERT(std::ranges::is_sorted(taken));
  }));
}

TEST(TextList, TakesABlockApart) {
  const auto texts = [](std::string_view block) {
    std::vector<std::string> all;
    text_list{block}.for_each([&](std::string_view one) { all.emplace_back(one); });
    return all;
  };
  using namespace std::string_view_literals;
  EXPECT_THAT(texts(""), testing::IsEmpty());
  EXPECT_THAT(texts("a\0bc\0"sv), ElementsAre("a", "bc"));
  EXPECT_THAT(texts("\0\0"sv), ElementsAre("", ""));
  EXPECT_THAT(texts("a\0cut"sv), ElementsAre("a", "cut"));
  auto seen = 0;
  EXPECT_TRUE(text_list{"a\0b\0c\0"sv}.any_of([&](auto one) { return ++seen, one == "b"; }));
  EXPECT_EQ(seen, 2);
}

TEST(EventView, KnowsItsTimeAndPlace) {
  constexpr std::chrono::nanoseconds offset{500};
  const auto live =
      make_batch({numbered(1), numbered(2)}, {.clock_offset = offset, .first_position = 7});
  EXPECT_EQ((*live)[1].time(), at_ns(502));
  EXPECT_EQ((*live)[1].visible_at(), at_ns(502));
  EXPECT_EQ((*live)[1].position(), 8U);
  EXPECT_EQ((*live)[1].extension(), nullptr);
  const auto replayed =
      make_batch({numbered(1).replayed(40), numbered(1).visible_at(at_ns(9)).replayed(41)});
  EXPECT_EQ((*replayed)[0].visible_at(), at_ns(1));
  EXPECT_EQ((*replayed)[1].visible_at(), at_ns(9));
  EXPECT_EQ((*replayed)[1].time(), at_ns(1));
  EXPECT_EQ((*replayed)[1].position(), 41U);
}

TEST(EventView, GivesOnlyTheArgumentsOfItsEvent) {
  const auto batch = make_batch({numbered(3), event_builder{event_kind::kill}});
  EXPECT_EQ((*batch)[0].get<events::sched_process_exec::pathname>(), "/bin/xxx");
  EXPECT_EQ((*batch)[0].get<events::sched_process_exec::cmdpath>(), std::nullopt);
  EXPECT_EQ((*batch)[1].get<events::sched_process_exec::pathname>(), std::nullopt);
}

} // namespace

} // namespace vedette
