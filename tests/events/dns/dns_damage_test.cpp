// What is wrong with a packet is told, what came before is kept, and nothing is read
// that is not there.

#include "events/dns/dns_wire.hpp"
#include "tests/support/dns_bytes.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <set>
#include <string>

namespace vedette {

namespace {

using testing::IsEmpty;
using testing::SizeIs;

dns_message parsed(const dns_bytes& packet, dns_flaw expected) {
  dns_message message;
  EXPECT_EQ(to_string(parse_dns(packet.content(), message)), to_string(expected));
  return message;
}

/// A question whose name is to follow.
dns_bytes question() {
  return dns_bytes{}.header(0x0100, {1, 0, 0, 0});
}

/// An answer of this type whose data are to follow.
dns_bytes answer(unsigned type) {
  dns_bytes packet;
  packet.header(0x8180, {0, 1, 0, 0}).name("example.com").record(type);
  return packet;
}

TEST(DnsDamage, CutAnywhereItIsFaultyAndKeepsWhatWasWhole) {
  const auto packet = varied_dns_bytes();
  dns_message message;
  std::size_t before = 0;
  for (std::size_t size = 0; size < packet.size(); ++size) {
    // On the heap, so that a sanitizer sees a byte that is read behind it.
    const auto part = std::make_unique<std::uint8_t[]>(size);
    std::copy_n(packet.content().begin(), size, part.get());
    EXPECT_EQ(parse_dns({part.get(), size}, message), dns_flaw::truncated) << size;
    const auto records = message.questions.size() + message.answers.size()
                         + message.authorities.size() + message.additionals.size();
    EXPECT_GE(records, before) << size;
    before = records;
  }
  EXPECT_EQ(before, 12U); // All but the last.
}

TEST(DnsDamage, PointersThatDoNotLeadBackEnd) {
  parsed(question().pointer(12).u16(1).u16(1), dns_flaw::bad_pointer);
  parsed(question().pointer(14).name("a").u16(1).u16(1), dns_flaw::bad_pointer);
  parsed(question().labels("a").pointer(12).u16(1).u16(1), dns_flaw::bad_pointer);
  parsed(question().pointer(0x3fff).u16(1).u16(1), dns_flaw::bad_pointer);
}

TEST(DnsDamage, PointersToPointersAreBounded) {
  const auto with = [](unsigned pointers) {
    dns_bytes packet;
    packet.header(0x8180, {0, 2, 0, 0}).u8(0).record(999);
    auto at = packet.size();
    packet.u8(0);
    for (unsigned i = 0; i < pointers; ++i) {
      const auto here = packet.size();
      packet.pointer(at);
      at = here;
    }
    packet.end().pointer(at).record(999).end();
    return packet;
  };
  EXPECT_THAT(parsed(with(126), dns_flaw::none).answers, SizeIs(2));
  EXPECT_THAT(parsed(with(127), dns_flaw::bad_pointer).answers, SizeIs(1));
}

TEST(DnsDamage, NamesGrowNotWithoutBoundByCompression) {
  dns_bytes packet;
  packet.header(0x0100, {0xffff, 0, 0, 0});
  const std::string label(61, '\xff');
  for (int i = 0; i < 4; ++i)
    packet.labels(label);
  packet.u8(0).u16(1).u16(1);
  while (packet.size() < 0xfff0)
    packet.pointer(12).u16(1).u16(1);
  const auto message = parsed(packet, dns_flaw::too_large);
  EXPECT_GT(message.questions.size(), 1000U);
  EXPECT_LT(message.questions.size(), 1100U);
}

TEST(DnsDamage, UnknownLabelTypesAreNotGuessed) {
  parsed(question().u8(0x41).text("a").u8(0).u16(1).u16(1), dns_flaw::bad_label);
  parsed(question().u8(0x80).u8(0).u16(1).u16(1), dns_flaw::bad_label);
}

TEST(DnsDamage, NamesAreAtMost255BytesLong) {
  const std::string most(63, 'a');
  const auto three = most + '.' + most + '.' + most + '.';
  EXPECT_THAT(parsed(question().name(three + std::string(61, 'a')).u16(1).u16(1),
                     dns_flaw::none)
                  .questions,
              SizeIs(1));
  EXPECT_THAT(parsed(question().name(three + std::string(62, 'a')).u16(1).u16(1),
                     dns_flaw::long_name)
                  .questions,
              IsEmpty());
}

TEST(DnsDamage, CompressionDoesNotEvadeTheLimitOfNames) {
  dns_bytes packet;
  packet.header(0x8180, {0, 1, 0, 0});
  const std::string label(63, 'a');
  packet.labels(label).labels(label).labels(label).u8(0).record(5);
  packet.labels(label).pointer(12).end();
  parsed(packet, dns_flaw::long_name);
}

TEST(DnsDamage, DataOfTheWrongLengthAreAFlaw) {
  parsed(answer(1).all({192, 0, 2}).end(), dns_flaw::bad_data);
  parsed(answer(1).all({192, 0, 2, 1, 1}).end(), dns_flaw::bad_data);
  parsed(answer(28).all({192, 0, 2, 1}).end(), dns_flaw::bad_data);
  parsed(answer(5).end(), dns_flaw::bad_data);
  parsed(answer(5).name("a").u8(0).end(), dns_flaw::bad_data);
  parsed(answer(15).u16(1).end(), dns_flaw::bad_data);
  parsed(answer(16).u8(4).text("abc").end(), dns_flaw::bad_data);
  parsed(answer(6).name("a").name("b").u32(1).end(), dns_flaw::bad_data);
}

TEST(DnsDamage, HintsOfTheWrongLengthAreAFlaw) {
  const auto service = [](unsigned key, unsigned length, unsigned present) {
    auto packet = answer(65);
    packet.u16(1).u8(0).u16(key).u16(length);
    for (unsigned i = 0; i < present; ++i)
      packet.u8(i);
    return packet.end();
  };
  parsed(service(4, 8, 8), dns_flaw::none);
  parsed(service(4, 0, 0), dns_flaw::bad_data);
  parsed(service(4, 5, 5), dns_flaw::bad_data);
  parsed(service(4, 8, 4), dns_flaw::bad_data);
  parsed(service(6, 16, 16), dns_flaw::none);
  parsed(service(6, 4, 4), dns_flaw::bad_data);
  parsed(service(1, 5, 5), dns_flaw::none);
}

TEST(DnsDamage, ANameDoesNotReadOnBehindItsRecord) {
  auto packet = answer(5);
  packet.u8(3).text("ab").end().text("c").u8(0);
  parsed(packet, dns_flaw::bad_data);
}

TEST(DnsDamage, WhatFollowsTheLastRecordIsTold) {
  const auto message =
      parsed(question().name("a").u16(1).u16(1).u8(0), dns_flaw::trailing_data);
  EXPECT_THAT(message.questions, SizeIs(1));
}

TEST(DnsDamage, CountsThatPromiseMoreThanThereIsAreTold) {
  const auto message =
      parsed(dns_bytes{}.header(0x0100, {2, 0xffff, 0, 0}).name("a").u16(1).u16(1),
             dns_flaw::truncated);
  EXPECT_THAT(message.questions, SizeIs(1));
  EXPECT_EQ(message.header.counts[1], 0xffff);
}

TEST(DnsDamage, EveryFlawHasItsOwnText) {
  std::set<std::string_view> texts;
  for (unsigned i = 0; i <= static_cast<unsigned>(dns_flaw::trailing_data); ++i)
    EXPECT_TRUE(texts.insert(to_string(static_cast<dns_flaw>(i))).second) << i;
  EXPECT_FALSE(texts.contains(""));
}

} // namespace

} // namespace vedette
