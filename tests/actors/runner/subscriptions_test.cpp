// Who is given which events, beside each selector read by itself.

#include "actors/runner/subscriptions.hpp"
#include "events/event_origin.hpp"
#include "tests/support/events.hpp"
#include "tests/support/property.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace vedette {

namespace {

namespace opened = events::security_file_open;

selector any_selector() {
  using enum event_origin;
  selector result{.name = "security_file_open",
                  .origin = *rc::gen::element(any, host, container, container_init)};
  const auto filter = [&](std::vector<std::string> choices) {
    if (auto text = *rc::gen::elementOf(choices); !text.empty())
      result.filters.push_back(std::move(text));
  };
  filter({"", "access=O_RDONLY,O_RDWR", "access=O_WRONLY,O_RDWR", "access=O_RDONLY",
          "access!=O_RDONLY"});
  filter({"", "pathname=/etc/*", "pathname=*/passwd", "pathname!=/etc/*"});
  return result;
}

event_builder any_open() {
  event_builder event{event_kind::security_file_open};
  event.arg<opened::pathname>(*rc::gen::element("/etc/passwd", "/etc/x", "/x/passwd"));
  if (*rc::gen::inRange(0, 5) != 0)
    event.arg<opened::flags>(*rc::gen::inRange(0, 4));
  switch (*rc::gen::inRange(0, 3)) {
  case 0:
    return event;
  case 1:
    return event.container("c1");
  default:
    return event.in_container("c1");
  }
}

TEST(Subscriptions, AreThoseOfEachSelectorByItself) {
  expect_property(1000, [] {
    subscriptions all;
    std::vector<std::vector<selector>> of;
    for (auto count = *rc::gen::inRange(1, 20); count > 0; --count) {
      auto& mine = of.emplace_back();
      for (auto more = *rc::gen::inRange(1, 4); more > 0; --more)
        mine.push_back(any_selector());
      RC_ASSERT(all.add(static_cast<std::uint32_t>(of.size() - 1), mine).has_value());
    }
    const auto batch = make_batch({any_open(), any_open(), any_open(), any_open()});
    for (const auto event : batch->events()) {
      std::vector<std::uint32_t> given, expected;
      all.for_each(event, [&](std::uint32_t signature) { given.push_back(signature); });
      for (std::uint32_t number = 0; number < of.size(); ++number)
        if (std::ranges::any_of(of[number], [&](const selector& one) {
              return includes(one.origin, origin_of(event))
                     && filter_of(one, event.kind())->passes(event);
            }))
          expected.push_back(number);
      RC_CLASSIFY(!expected.empty());
      RC_ASSERT(given == expected);
    }
  });
}

} // namespace

} // namespace vedette
