#include "cli/simulate/act.hpp"
#include "signatures/builtin.hpp"
#include "signatures/finding_ids.hpp"
#include "signatures/signature_info.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <iterator>

namespace vedette::simulation {

namespace {

TEST(acts, are_one_for_each_signature_in_their_order) {
  std::vector<std::string_view> ids;
  for (const auto& one : all_acts())
    ids.push_back(one.id);
  EXPECT_THAT(ids, testing::ElementsAreArray(signature_ids));
}

TEST(acts, name_the_findings_that_signatures_report) {
  const auto acts = all_acts();
  for (const auto& factory : builtin_signatures()) {
    const auto about = factory.make()->metadata();
    const auto found = std::ranges::find(acts, about.id, &act::id);
    ASSERT_NE(found, acts.end()) << about.id;
    EXPECT_EQ(found->finding, about.event_name) << about.id;
    EXPECT_EQ(found->note.find("off by default") != found->note.npos, !about.by_default)
        << about.id;
  }
}

TEST(acts, are_done_or_say_why_not) {
  for (const auto& one : all_acts()) {
    EXPECT_NE(one.perform == nullptr, one.hindrance == nullptr) << one.id;
    EXPECT_FALSE(one.what.empty()) << one.id;
    if (one.hindrance != nullptr) {
      EXPECT_FALSE(one.hindrance().empty()) << one.id;
    }
  }
}

} // namespace

} // namespace vedette::simulation
