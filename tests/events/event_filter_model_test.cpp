// Filters beside their plainest reading: any conditions on any events.

#include "events/event_filter.hpp"
#include "events/filter_set.hpp"
#include "tests/support/property.hpp"
#include "tests/support/written_filters.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

namespace {

namespace opened = events::security_file_open;

const std::vector<filter_vocabulary> fields{
    {"pathname", true, {"/etc/passwd", "/etc", "/usr/bin/cat", "/e", "x"}},
    {"syscall_pathname", true, {"passwd", "../etc", "x"}},
    {"comm", true, {"cat", "cats", "dog"}},
    {"flags", false, {"-1", "0", "1", "2", "66", "2147483647", "-2147483648"}},
    {"inode", false, {"0", "1", "7", "9223372036854775807"}},
    {"uid", false, {"0", "1", "1000", "4294967295"}},
    {"retval", false, {"-2", "0", "3"}},
    {"pid", false, {"1", "100"}},
};

/// An event, and what it shows of these fields.
struct shown_event {
  event_builder event{event_kind::security_file_open};
  std::vector<shown_value> shows;
};

shown_event any_open() {
  shown_event result;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto value = *rc::gen::elementOf(fields[i].values);
    const bool is_argument = i < 2 || i == 3 || i == 4;
    const bool is_there = !is_argument || *rc::gen::inRange(0, 5) != 0;
    const auto number = fields[i].is_text ? 0 : std::stoll(value);
    result.shows.push_back({fields[i].field, is_there, value, number});
    if (!is_there)
      continue;
    auto& event = result.event;
    switch (i) {
    case 0:
      event.arg<opened::pathname>(value);
      break;
    case 1:
      event.arg<opened::syscall_pathname>(value);
      break;
    case 2:
      event.comm(value);
      break;
    case 3:
      event.arg<opened::flags>(number);
      break;
    case 4:
      event.arg<opened::inode>(number);
      break;
    case 5:
      event.user(static_cast<std::uint32_t>(number), 0, 0);
      break;
    case 6:
      event.returned(number);
      break;
    default:
      event.by({static_cast<std::uint32_t>(number), 1});
    }
  }
  return result;
}

TEST(EventFilterModel, DecidesAsThePlainestReadingDoes) {
  expect_property(3000, [] {
    const auto conditions = any_conditions(fields, false);
    event_filter filter{event_kind::security_file_open};
    for (const auto& one : conditions) {
      const auto added = filter.add(one.text());
      RC_PRE(added.has_value()); // Nothing is below the least number.
    }
    const auto [event, shows] = any_open();
    bool expected = true;
    for (std::size_t i = 0; i < fields.size(); ++i)
      expected &= passes_plainly(shows[i], fields[i].is_text, conditions);
    const auto batch = make_batch({event});
    RC_CLASSIFY(expected);
    RC_LOG() << filter.text() << '\n';
    RC_ASSERT(filter.passes((*batch)[0]) == expected);
  });
}

TEST(EventFilterModel, DecidesManyTogetherAsOneByOne) {
  expect_property(1000, [] {
    filter_set together;
    std::vector<event_filter> alone;
    for (auto count = *rc::gen::inRange(1, 150); count > 0; --count) {
      auto& filter = alone.emplace_back(event_kind::security_file_open);
      for (const auto& one : any_conditions(fields, false))
        static_cast<void>(filter.add(one.text())); // Nothing is below the least number.
      together.add(filter);
    }
    const auto batch = make_batch({any_open().event, any_open().event});
    for (const auto event : batch->events()) {
      std::vector<std::size_t> passed, expected;
      together.for_each_passed(event, [&](std::size_t number) { passed.push_back(number); });
      for (std::size_t number = 0; number < alone.size(); ++number)
        if (alone[number].passes(event))
          expected.push_back(number);
      RC_ASSERT(passed == expected);
    }
  });
}

TEST(FilterSet, KnowsPatternsOfEveryShape) {
  filter_set together;
  for (const auto* const path :
       {"/etc/passwd", "/etc/*", "*passwd", "*c/pass*", "/e*/p?sswd", "/proc/*/mem", "*",
        "/etc/passwd?", "?etc/passwd", R"(/etc\/passwd)"}) {
    event_filter one{event_kind::security_file_open};
    ASSERT_TRUE(one.add(std::string{"pathname="} + path));
    together.add(one);
  }
  together.add(event_filter{event_kind::security_file_open});
  const auto passed = [&](std::string_view path) {
    std::string numbers;
    const auto batch = make_batch({event_builder{event_kind::security_file_open}
                                       .arg<opened::pathname>(path)});
    together.for_each_passed((*batch)[0],
                             [&](std::size_t one) { numbers += std::to_string(one) + ' '; });
    return numbers;
  };
  EXPECT_EQ(passed("/etc/passwd"), "0 1 2 3 4 6 8 9 10 ");
  EXPECT_EQ(passed("/etc/passwd2"), "1 3 6 7 10 ");
  EXPECT_EQ(passed("/proc/1/mem"), "5 6 10 ");
  EXPECT_EQ(passed("/proc/1/maps"), "6 10 ");
  EXPECT_EQ(passed("passwd"), "2 6 10 ");
  EXPECT_EQ(passed(""), "6 10 ");
}

} // namespace

} // namespace vedette
