// What selectors with filters mean for what must be collected.

#include "signatures/signature_info.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace vedette {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<selector> selectors;

class selecting final : public signature {
public:
  [[nodiscard]] signature_metadata metadata() const override { return {}; }
  [[nodiscard]] std::vector<selector> selected_events() const override {
    return selectors;
  }
  handled on_event(event_view, reporter) override { return {}; }
};

std::expected<signature_info, error> inspected(std::vector<selector> wanted) {
  selectors = std::move(wanted);
  return inspect({[]() -> std::unique_ptr<signature> {
    return std::make_unique<selecting>();
  }});
}

std::vector<std::string> filters_of(const signature_info& info, event_kind kind) {
  std::vector<std::string> texts;
  for (const auto& one : info.events.filters(kind))
    texts.push_back(one.text());
  return texts;
}

TEST(SelectorFilters, SayWhatIsWantedOfAnEvent) {
  const auto info = inspected(
      {{.name = "kill", .origin = event_origin::container, .filters = {"sig=9", "uid=0"}},
       {.name = "kill", .origin = event_origin::host},
       {.name = "ptrace"}});
  ASSERT_TRUE(info) << info.error().detail;
  EXPECT_THAT(filters_of(*info, event_kind::kill),
              ElementsAre("sig=9 uid=0 scope.origin=container", "scope.origin=host"));
  EXPECT_TRUE(info->events.wants(event_kind::ptrace));
  EXPECT_TRUE(info->events.filters(event_kind::ptrace).empty());
}

TEST(SelectorFilters, AreOfNoUseBesideASelectorOfAll) {
  const auto info = inspected({{.name = "kill", .filters = {"sig=9"}}, {.name = "kill"}});
  ASSERT_TRUE(info) << info.error().detail;
  EXPECT_EQ(info->events, event_selection{event_kind::kill});
}

TEST(SelectorFilters, SayWhatIsWrongWithThem) {
  const auto reason = [](selector wanted) {
    const auto info = inspected({std::move(wanted)});
    return info ? std::string{} : info.error().detail;
  };
  EXPECT_THAT(reason({.name = "kill", .filters = {"color=red"}}),
              HasSubstr("selects color=red of kill: kill has no field 'color'; there are"));
  EXPECT_EQ(reason({.name = "from_elsewhere", .filters = {"uid=0"}}),
            "selects uid=0 of 'from_elsewhere', whose fields are not known");
}

} // namespace

} // namespace vedette
