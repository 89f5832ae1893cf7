#pragma once

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string_view>
#include <utility>

namespace vedette {

#ifdef __SANITIZE_ADDRESS__
inline constexpr int sanitizers_share = 10;
#else
inline constexpr int sanitizers_share = 1;
#endif

/// Checks a property with so many cases, with a tenth of them where sanitizers slow each
/// down; with as many as RC_PARAMS says (max_success) if it does.
template <class Property>
void expect_property(int cases, Property property) {
  auto params = rc::detail::configuration().testParams;
  const char* given = std::getenv("RC_PARAMS");
  if (given == nullptr || !std::string_view{given}.contains("max_success"))
    params.maxSuccess = std::max(1, cases / sanitizers_share);
  const auto result = rc::detail::checkTestable(std::move(property),
                                                rc::detail::TestMetadata{}, params);
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  EXPECT_TRUE(result.template is<rc::detail::SuccessResult>()) << message.str();
}

} // namespace vedette
