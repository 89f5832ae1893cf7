#include "events/dns/dns_stream.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace vedette {

namespace {

class dns_stream_test : public testing::Test {
protected:
  using texts = std::vector<std::string>;

  static std::string framed(std::string_view text) {
    std::string result{static_cast<char>(text.size() >> 8U),
                       static_cast<char>(text.size() & 255U)};
    return result.append(text);
  }
  void add(std::uint32_t sequence, std::string_view text) {
    stream_.add(sequence,
                {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  texts taken() {
    texts all;
    while (const auto one = stream_.next())
      all.emplace_back(one->begin(), one->end());
    return all;
  }

  dns_stream stream_;
};

TEST_F(dns_stream_test, SeveralMessagesInASegmentAndOneInMany) {
  const auto both = framed("first") + framed("second");
  add(100, both + framed("third").substr(0, 1));
  EXPECT_EQ(taken(), (texts{"first", "second"}));
  const auto rest = framed("third").substr(1);
  for (std::size_t i = 0; i < rest.size(); ++i) {
    EXPECT_EQ(taken(), texts{});
    add(static_cast<std::uint32_t>(100 + both.size() + 1 + i), rest.substr(i, 1));
  }
  EXPECT_EQ(taken(), texts{"third"});
  EXPECT_EQ(stream_.waiting_bytes(), 0U);
}

TEST_F(dns_stream_test, OrdersSegmentsRoundTheEndOfSequenceNumbers) {
  const auto text = framed("abcdef") + framed("");
  const std::uint32_t start = 0xffff'fffcU;
  stream_.start(start);
  add(start + 6, text.substr(6));
  add(start + 2, text.substr(2, 4));
  EXPECT_EQ(taken(), texts{});
  add(start, text.substr(0, 2));
  EXPECT_EQ(taken(), (texts{"abcdef", ""}));
}

TEST_F(dns_stream_test, WhatComesTwiceOrOverlapsCountsOnce) {
  const auto text = framed("abcdefgh");
  stream_.start(1);
  add(5, text.substr(4, 2));
  add(3, text.substr(2, 6));
  add(1, text.substr(0, 5));
  add(1, "XXXXXXXX");
  EXPECT_EQ(taken(), texts{});
  add(7, text.substr(6));
  add(1, text);
  EXPECT_EQ(taken(), texts{"abcdefgh"});
  EXPECT_EQ(taken(), texts{});
  EXPECT_EQ(stream_.gaps(), 0U);
}

TEST_F(dns_stream_test, AGapIsCountedAndPassedWhenTooMuchWaits) {
  stream_.start(0);
  add(0, framed("lost").substr(0, 3));
  const auto message = framed(std::string(60'000, 'x'));
  std::uint32_t at = 1000;
  for (int i = 0; i < 5; ++i, at += static_cast<std::uint32_t>(message.size()))
    add(at, message);
  EXPECT_EQ(taken().size(), 5U);
  EXPECT_EQ(stream_.gaps(), 1U);
  add(at, framed("next"));
  EXPECT_EQ(taken(), texts{"next"});
}

TEST_F(dns_stream_test, IsBoundedWhateverComes) {
  stream_.start(0);
  for (std::uint32_t i = 0; i < 10'000; ++i)
    add(10 + 2 * i, "x");
  EXPECT_LE(stream_.waiting_bytes(), 2 * dns_stream::most_waiting);
  EXPECT_GT(stream_.gaps(), 0U);
}

} // namespace

} // namespace vedette
