#include "signatures/address_scope.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <utility>

namespace vedette {

namespace {

using enum address_scope;

class address_scopes
    : public testing::TestWithParam<std::pair<std::string_view, address_scope>> {};

TEST_P(address_scopes, are_told_by_the_registries) {
  const auto& [text, scope] = GetParam();
  EXPECT_EQ(scope_of(parse_address(text).value()), scope) << text;
}

// Each block's first and last address, and its neighbours outside.
INSTANTIATE_TEST_SUITE_P(
    v4, address_scopes,
    testing::Values(
        std::pair{"0.0.0.0", unspecified}, std::pair{"0.255.255.255", unspecified},
        std::pair{"1.0.0.0", global}, std::pair{"8.8.8.8", global},
        std::pair{"9.255.255.255", global}, std::pair{"10.0.0.0", private_use},
        std::pair{"10.255.255.255", private_use}, std::pair{"11.0.0.0", global},
        std::pair{"100.63.255.255", global}, std::pair{"100.64.0.0", shared},
        std::pair{"100.127.255.255", shared}, std::pair{"100.128.0.0", global},
        std::pair{"126.255.255.255", global}, std::pair{"127.0.0.1", loopback},
        std::pair{"127.255.255.255", loopback}, std::pair{"128.0.0.0", global},
        std::pair{"169.253.255.255", global}, std::pair{"169.254.169.254", link_local},
        std::pair{"169.255.0.0", global}, std::pair{"172.15.255.255", global},
        std::pair{"172.16.0.0", private_use}, std::pair{"172.31.255.255", private_use},
        std::pair{"172.32.0.0", global}, std::pair{"191.255.255.255", global},
        std::pair{"192.0.0.170", reserved}, std::pair{"192.0.1.0", global},
        std::pair{"192.0.2.1", documentation}, std::pair{"192.0.3.0", global},
        std::pair{"192.167.255.255", global}, std::pair{"192.168.0.0", private_use},
        std::pair{"192.168.255.255", private_use}, std::pair{"192.169.0.0", global},
        std::pair{"198.17.255.255", global}, std::pair{"198.18.0.0", reserved},
        std::pair{"198.19.255.255", reserved}, std::pair{"198.20.0.0", global},
        std::pair{"198.51.100.7", documentation}, std::pair{"198.51.101.0", global},
        std::pair{"203.0.113.255", documentation}, std::pair{"203.0.114.0", global},
        std::pair{"223.255.255.255", global}, std::pair{"224.0.0.0", multicast},
        std::pair{"239.255.255.255", multicast}, std::pair{"240.0.0.0", reserved},
        std::pair{"255.255.255.255", reserved}));

INSTANTIATE_TEST_SUITE_P(
    v6, address_scopes,
    testing::Values(
        std::pair{"::", unspecified}, std::pair{"::1", loopback},
        std::pair{"::2", reserved}, std::pair{"100::1", reserved},
        std::pair{"1fff:ffff::", reserved}, std::pair{"2000::", global},
        std::pair{"2606:4700:4700::1111", global}, std::pair{"2001:db7:ffff::", global},
        std::pair{"2001:db8::", documentation},
        std::pair{"2001:db8:ffff::1", documentation}, std::pair{"2001:db9::", global},
        std::pair{"3ffe:ffff::", global}, std::pair{"3fff::1", documentation},
        std::pair{"3fff:fff:ffff::", documentation}, std::pair{"3fff:1000::", global},
        std::pair{"4000::", reserved}, std::pair{"fbff:ffff::", reserved},
        std::pair{"fc00::", private_use}, std::pair{"fdff:ffff::1", private_use},
        std::pair{"fe00::", reserved}, std::pair{"fe80::1", link_local},
        std::pair{"febf:ffff::", link_local}, std::pair{"fec0::1", private_use},
        std::pair{"feff:ffff::", private_use}, std::pair{"ff02::1", multicast}));

INSTANTIATE_TEST_SUITE_P(v4_in_v6, address_scopes,
                         testing::Values(std::pair{"::ffff:8.8.8.8", global},
                                         std::pair{"::ffff:127.0.0.1", loopback},
                                         std::pair{"::ffff:10.1.2.3", private_use},
                                         std::pair{"::ffff:169.254.0.1", link_local},
                                         std::pair{"64:ff9b::8.8.8.8", global},
                                         std::pair{"64:ff9b::192.168.0.1", private_use},
                                         std::pair{"64:ff9b:1::8.8.8.8", private_use},
                                         std::pair{"::8.8.8.8", reserved}));

} // namespace

} // namespace vedette
