#include "datasources/registry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vedette {

namespace {

using testing::HasSubstr;

source_registry::entry named(std::string name_space, std::string id,
                             source_provenance from = source_provenance::plug_in) {
  return {{std::move(name_space), std::move(id), 1, "what it knows"}, {}, from};
}

TEST(registry_test, FindsBySpaceAndId) {
  source_registry sources;
  ASSERT_TRUE(sources.add(named("tracee", "dns", source_provenance::builtin)));
  ASSERT_TRUE(sources.add(named("acme", "dns")));
  ASSERT_NE(sources.find("acme/dns"), nullptr);
  EXPECT_EQ(sources.find("acme/dns")->identity.name_space, "acme");
  EXPECT_EQ(sources.find("tracee", "dns"), &sources.entries().front());
  for (const auto* path : {"acme", "acme/", "/dns", "acme/dns/x", ""})
    EXPECT_EQ(sources.find(path), nullptr) << path;
  EXPECT_THAT(sources.unknown("a/b").detail,
              HasSubstr("no data source a/b; those that run: tracee/dns, acme/dns"));
}

TEST(registry_test, RegisteringATakenPairIsAnErrorNotALogLine) {
  source_registry sources;
  ASSERT_TRUE(sources.add(named("acme", "users")));
  const auto again = sources.add(named("acme", "users", source_provenance::config));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ec::duplicate);
  EXPECT_THAT(again.error().detail, HasSubstr("data source acme/users from the configuration"));
  EXPECT_THAT(again.error().detail, HasSubstr("taken by one from a plug-in"));
  EXPECT_EQ(sources.entries().size(), 1U);
}

TEST(registry_test, TheBuiltInNamespaceIsRefusedToOthers) {
  source_registry sources;
  for (const auto from : {source_provenance::plug_in, source_provenance::config}) {
    const auto claimed = sources.add(named("tracee", "mine", from));
    ASSERT_FALSE(claimed);
    EXPECT_EQ(claimed.error().code, ec::reserved);
    EXPECT_THAT(claimed.error().detail, HasSubstr("register it in another"));
  }
  EXPECT_TRUE(sources.entries().empty());
}

TEST(registry_test, NamesAreNotEmptyAndHaveNoSlash) {
  source_registry sources;
  for (const auto& [space, id] : {std::pair{"", "x"}, {"x", ""}, {"a/b", "x"}, {"x", "a/b"}})
    EXPECT_EQ(sources.add(named(space, id)).error().code, ec::invalid_config);
}

} // namespace

} // namespace vedette
