#include "events/dns/dns_stream.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using bytes = std::vector<std::uint8_t>;

bytes framed(std::initializer_list<std::string> messages) {
  bytes result;
  for (const auto& message : messages) {
    result.push_back(static_cast<std::uint8_t>(message.size() >> 8U));
    result.push_back(static_cast<std::uint8_t>(message.size()));
    result.insert(result.end(), message.begin(), message.end());
  }
  return result;
}

/// A stream that begins at `first`, and what came out of it.
struct played_stream {
  explicit played_stream(std::uint32_t begin = 1000) : first{begin} {
    stream.start(begin);
  }

  void add(std::size_t place, std::span<const std::uint8_t> data) {
    stream.add(first + static_cast<std::uint32_t>(place), data);
    while (const auto message = stream.next())
      messages.emplace_back(message->begin(), message->end());
  }

  std::uint32_t first;
  dns_stream stream;
  std::vector<std::string> messages;
};

TEST(DnsSegments, OneSegmentMayHoldSeveralMessages) {
  played_stream played;
  played.add(0, framed({"one", "", "three"}));
  EXPECT_THAT(played.messages, ElementsAre("one", "", "three"));
  EXPECT_EQ(played.stream.waiting_bytes(), 0U);
}

TEST(DnsSegments, OneMessageMayComeInManySegments) {
  played_stream played;
  const auto all = framed({"one", "two"});
  for (std::size_t i = 0; i < all.size(); ++i)
    played.add(i, std::span{all}.subspan(i, 1));
  EXPECT_THAT(played.messages, ElementsAre("one", "two"));
}

TEST(DnsSegments, SegmentsOutOfOrderAreSetInOrder) {
  played_stream played;
  const auto all = framed({"one", "two", "three"});
  for (std::size_t i = all.size(); i-- > 0;)
    played.add(i, std::span{all}.subspan(i, 1));
  EXPECT_THAT(played.messages, ElementsAre("one", "two", "three"));
  EXPECT_EQ(played.stream.gaps(), 0U);
}

TEST(DnsSegments, WhatIsSentAgainComesOnce) {
  played_stream played;
  const auto all = framed({"one", "two"});
  const auto part = std::span{all};
  played.add(0, part.first(7));
  played.add(0, part.first(7));
  played.add(8, part.subspan(8));
  played.add(3, part.subspan(3, 6));
  played.add(0, part);
  EXPECT_THAT(played.messages, ElementsAre("one", "two"));
  EXPECT_EQ(played.stream.waiting_bytes(), 0U);
}

TEST(DnsSegments, OfOverlappingSegmentsTheFirstSeenCounts) {
  played_stream played;
  const auto said = framed({"abcdef"}), other = framed({"ABCDEF"});
  played.add(4, std::span{said}.subspan(4, 2));
  played.add(0, other);
  EXPECT_THAT(played.messages, ElementsAre("ABcdEF"));
}

TEST(DnsSegments, SequenceNumbersMayWrap) {
  played_stream played{0xFFFFFFFC};
  const auto all = framed({"one", "two"});
  played.add(6, std::span{all}.subspan(6));
  played.add(0, std::span{all}.first(6));
  EXPECT_THAT(played.messages, ElementsAre("one", "two"));
}

TEST(DnsSegments, WithoutItsBeginTheFirstSegmentSeenIsOne) {
  dns_stream stream;
  stream.add(77, framed({"one"}));
  const auto message = stream.next();
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(std::string(message->begin(), message->end()), "one");
}

TEST(DnsSegments, AnEmptySegmentSaysNothing) {
  played_stream played;
  played.add(0, {});
  played.add(5, {});
  EXPECT_EQ(played.stream.waiting_bytes(), 0U);
  EXPECT_THAT(played.messages, IsEmpty());
}

TEST(DnsSegments, TheLargestMessageComesWhole) {
  played_stream played;
  const std::string largest(0xffff, 'x');
  const auto all = framed({largest, "next"});
  // Backwards, but for the first byte: all of the largest waits.
  for (std::size_t end = 0xffff + 2; end > 1;
       end -= std::min<std::size_t>(end - 1, 1400)) {
    const auto begin = end - std::min<std::size_t>(end - 1, 1400);
    played.add(begin, std::span{all}.subspan(begin, end - begin));
  }
  played.add(0, std::span{all}.first(1));
  played.add(0xffff + 2, std::span{all}.subspan(0xffff + 2));
  EXPECT_THAT(played.messages, ElementsAre(largest, "next"));
  EXPECT_EQ(played.stream.gaps(), 0U);
}

TEST(DnsSegments, AGapThatNeverFillsIsCountedAndLeftBehind) {
  played_stream played;
  const auto begun = framed({"begun, never ended"});
  played.add(0, std::span{begun}.first(10));
  const auto full = framed({std::string(1000, 'y')});
  std::size_t place = 100;
  while (played.stream.gaps() == 0 && place < 1'000'000) {
    played.add(place, full);
    place += full.size();
    EXPECT_LE(played.stream.waiting_bytes(), dns_stream::most_waiting + full.size());
  }
  EXPECT_EQ(played.stream.gaps(), 1U);
  EXPECT_LT(place, 100 + dns_stream::most_waiting + 2 * full.size());
  played.add(place, framed({"on again"}));
  EXPECT_EQ(played.messages.size(), (place - 100) / full.size() + 1);
  EXPECT_EQ(played.messages.front(), std::string(1000, 'y'));
  EXPECT_EQ(played.messages.back(), "on again");
}

TEST(DnsSegments, ManySmallPiecesBehindAGapAreBounded) {
  played_stream played;
  const bytes one{0};
  for (std::size_t i = 1; i < 10'000; ++i)
    played.add(2 * i, one);
  EXPECT_LE(played.stream.waiting_bytes(), dns_stream::most_segments + 2);
  EXPECT_GT(played.stream.gaps(), 0U);
}

TEST(DnsSegments, AConnectionThatBeginsAnewForgetsTheOldOne) {
  played_stream played;
  const auto begun = framed({"begun"});
  played.add(0, std::span{begun}.first(4));
  played.stream.start(5);
  played.first = 5;
  played.add(0, framed({"new"}));
  EXPECT_THAT(played.messages, ElementsAre("new"));
}

} // namespace

} // namespace vedette
