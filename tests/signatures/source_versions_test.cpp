// A signature says which versions of a data source it can work with, in one place, and is
// told both versions where they do not match.

#include "signatures/signature.hpp"
#include "tests/support/numbers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace vedette {

namespace {

using testing::HasSubstr;

/// Has test/numbers in some version.
class provider final : public source_provider {
public:
  explicit provider(std::uint32_t version) : version_{version} {}
  std::expected<opened, error> open(std::string_view, std::string_view,
                                    std::type_index) override {
    return opened{nullptr, nullptr, version_};
  }

private:
  std::uint32_t version_;
};

/// "" or the error.
std::string open(std::uint32_t running, std::optional<source_versions> supported) {
  provider sources{running};
  const value none;
  signature_context context{sources, none};
  const auto got = supported
                       ? context.data_source<numbers>("test", "numbers", *supported)
                       : context.data_source<numbers>("test", "numbers");
  if (!got) {
    EXPECT_EQ(got.error().code, ec::version_mismatch);
    return got.error().detail;
  }
  EXPECT_EQ(got->version(), running);
  return "";
}

TEST(source_versions_test, ByDefaultItIsTheOneThatItWasCompiledWith) {
  EXPECT_EQ(open(1, std::nullopt), "");
  EXPECT_EQ(open(2, std::nullopt), "test/numbers is version 2, this signature supports "
                                   "version 1: update the signature");
}

TEST(source_versions_test, ARangeIncludesItsEnds) {
  for (const std::uint32_t running : {2U, 3U, 4U})
    EXPECT_EQ(open(running, source_versions{2, 4}), "") << running;
  EXPECT_THAT(open(5, source_versions{2, 4}),
              HasSubstr("is version 5, this signature supports version 2 to 4: update the "
                        "signature"));
  EXPECT_THAT(open(1, source_versions{2, 4}), HasSubstr("update the data source"));
}

} // namespace

} // namespace vedette
