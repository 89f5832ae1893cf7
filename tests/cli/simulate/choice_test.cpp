#include "cli/simulate/choice.hpp"
#include "signatures/finding_ids.hpp"

#include <gmock/gmock.h>

namespace vedette::simulation {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> chosen(const std::vector<std::string>& ids) {
  std::vector<std::string> found;
  const auto acts = choose(ids).value();
  for (const auto& one : acts)
    found.emplace_back(one.id);
  return found;
}

TEST(choice, is_each_once_in_the_order_of_the_table) {
  EXPECT_THAT(chosen({"VED-6", "TRC-102", "VED-6"}), ElementsAre("TRC-102", "VED-6"));
  EXPECT_THAT(chosen({}), IsEmpty());
}

TEST(choice, may_be_all) {
  EXPECT_EQ(chosen({"all"}).size(), signature_ids.size());
  EXPECT_EQ(chosen({"TRC-102", "all"}).size(), signature_ids.size());
}

TEST(choice, of_what_there_is_not_says_what_there_is) {
  for (const auto* const wrong : {"TRC-999", "trc-102", "", "TRC-10"}) {
    const auto failed = choose({"TRC-102", wrong});
    ASSERT_FALSE(failed) << wrong;
    EXPECT_EQ(failed.error().code, ec::invalid_config);
    EXPECT_THAT(
        failed.error().detail,
        HasSubstr("'" + std::string{wrong} + "' to simulate; there are all, TRC-101,"));
    EXPECT_THAT(failed.error().detail, HasSubstr(", VED-6"));
  }
}

} // namespace

} // namespace vedette::simulation
