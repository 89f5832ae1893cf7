#include "tests/support/connections.hpp"
#include "tests/support/dns_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr task browser{10, 100}, other{20, 100};
constexpr auto outside = "8.8.4.4", inside = "192.168.0.1";

time_ns after(std::chrono::nanoseconds since) {
  return at_ns(1'700'000'000'000'000'000) + since;
}

class dns_rebinding : public testing::Test {
protected:
  /// One address, asked for by the browser.
  void resolve(std::string_view name, std::string_view address,
               std::chrono::nanoseconds since, std::uint32_t ttl = 60,
               task who = browser, std::string_view container = {}) {
    run_.resolve(dns_answer(name).a(name, address, ttl), who, after(since), container);
  }
  std::vector<finding_data> connect(std::chrono::nanoseconds since,
                                    std::string_view ip = inside, task who = browser,
                                    std::string_view container = {}) {
    auto event = connected_to(ip, 80).by(who).at(after(since));
    if (!container.empty())
      event.in_container(container);
    return run_.see(event);
  }

  dns_signature_run run_{"VED-5"};
};

TEST_F(dns_rebinding, reports_name_address_and_what_it_was) {
  resolve("Evil.COM", outside, 0s);
  EXPECT_THAT(connect(1s, outside), IsEmpty());
  resolve("evil.com", inside, 10s);
  EXPECT_THAT(connect(11s),
              ElementsAre(finding_data{
                  {"name", "evil.com"}, {"address", inside}, {"was", outside}}));
}

TEST_F(dns_rebinding, asks_about_the_address_as_of_the_event) {
  resolve("evil.com", inside, 0s);
  run_.asked_dns.clear();
  run_.see(connected_to(inside).at(after(5s)).visible_at(after(6s)));
  ASSERT_THAT(run_.asked_dns, SizeIs(1));
  EXPECT_EQ(run_.asked_dns[0].as_of, after(6s));
  EXPECT_EQ(run_.asked_dns[0].key,
            dns_key::of_address(*parse_address(inside),
                                dns_parts::records | dns_parts::solicited_only));
}

TEST_F(dns_rebinding, does_not_ask_about_an_address_that_no_message_gave) {
  EXPECT_THAT(connect(1s), IsEmpty());
  resolve("evil.com", "192.168.0.2", 2s);
  run_.asked_dns.clear();
  EXPECT_THAT(connect(3s), IsEmpty());
  EXPECT_THAT(run_.asked_dns, IsEmpty());
  run_.resolve(dns_answer("evil.com", dns_type::https)
                   .to(dns_type::https, "evil.com", "evil.com", 60)
                   .hint("192.168.0.3"),
               browser, after(4s));
  run_.asked_dns.clear();
  connect(5s, "192.168.0.3");
  EXPECT_THAT(run_.asked_dns, SizeIs(1));
}

TEST_F(dns_rebinding, asks_about_each_where_messages_gave_too_many) {
  for (int network = 0; network < 128; ++network) {
    const auto name = fmt::format("network{}.com", network);
    auto answer = dns_answer(name);
    for (int host = 0; host < 256; ++host)
      answer.a(name, fmt::format("10.1.{}.{}", network, host), 60);
    run_.resolve(answer, browser, after(0s));
  }
  run_.asked_dns.clear();
  connect(1s);
  EXPECT_THAT(run_.asked_dns, SizeIs(1));
}

TEST_F(dns_rebinding, leads_to_this_host_or_its_networks) {
  for (const auto* ip :
       {"127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "::1", "fd00::1",
        "169.254.169.254", "fe80::1", "100.64.0.1", "0.0.0.0"}) {
    resolve("evil.com", outside, 0s);
    resolve("evil.com", ip, 10s);
    EXPECT_THAT(connect(11s, ip), SizeIs(1)) << ip;
  }
  for (const auto* ip : {"8.8.8.8", "192.0.2.80", "224.0.0.251", "2001:db8::1"}) {
    resolve("evil.com", ip, 10s);
    EXPECT_THAT(connect(11s, ip), IsEmpty()) << ip;
  }
  EXPECT_THAT(run_.see(event_builder{event_kind::security_socket_connect}), IsEmpty());
}

TEST_F(dns_rebinding, comes_after_a_public_address) {
  resolve("evil.com", inside, 0s);
  EXPECT_THAT(connect(1s), IsEmpty());
  resolve("evil.com", outside, 10s);
  EXPECT_THAT(connect(11s), IsEmpty()) << "the private one came first";
  resolve("evil.com", inside, 20s);
  EXPECT_THAT(connect(21s), SizeIs(1));
}

TEST_F(dns_rebinding, is_not_where_one_answer_has_both) {
  run_.resolve(
      dns_answer("evil.com").a("evil.com", outside, 60).a("evil.com", inside, 60),
      browser, after(0s));
  EXPECT_THAT(connect(1s), IsEmpty());
}

TEST_F(dns_rebinding, goes_back_and_forth) {
  resolve("evil.com", outside, 0s);
  resolve("evil.com", inside, 10s);
  resolve("evil.com", "8.8.4.5", 20s);
  EXPECT_THAT(connect(30s),
              ElementsAre(finding_data{
                  {"name", "evil.com"}, {"address", inside}, {"was", "8.8.4.5"}}));
}

TEST_F(dns_rebinding, is_of_the_same_name) {
  resolve("evil.com", outside, 0s);
  resolve("home.example.org", inside, 10s);
  EXPECT_THAT(connect(11s), IsEmpty());
}

TEST_F(dns_rebinding, is_within_the_time_to_live) {
  resolve("evil.com", outside, 0s);
  resolve("evil.com", inside, 10s, 60);
  EXPECT_THAT(connect(70s), SizeIs(1));
  EXPECT_THAT(connect(70s + 1ms), IsEmpty());
}

TEST_F(dns_rebinding, is_within_an_hour) {
  resolve("evil.com", outside, 0s, 60);
  resolve("evil.com", inside, 50min, 3600);
  const auto valid_until = 60s + 1ms;
  EXPECT_THAT(connect(valid_until + 1h), SizeIs(1));
  EXPECT_THAT(connect(valid_until + 1h + 1ns), IsEmpty());
}

TEST_F(dns_rebinding, begins_anew_after_an_hour) {
  resolve("evil.com", outside, 0s, 60);
  resolve("evil.com", inside, 100min, 7200);
  resolve("evil.com", "8.8.4.5", 110min, 60);
  EXPECT_THAT(connect(111min), IsEmpty())
      << "the public address of this hour came later";
}

TEST_F(dns_rebinding, is_of_a_public_name) {
  for (const auto* name : {"box.local", "db.internal", "nas.home.arpa", "localhost",
                           "a.localhost", "router", "home.arpa"}) {
    resolve(name, outside, 0s);
    resolve(name, inside, 10s);
    EXPECT_THAT(connect(11s), IsEmpty()) << name;
  }
  resolve("notlocal.com", outside, 20s);
  resolve("notlocal.com", inside, 30s);
  EXPECT_THAT(connect(31s), SizeIs(1));
  resolve("evillocal.internal.org", outside, 40s);
  resolve("evillocal.internal.org", "10.0.0.7", 50s);
  EXPECT_THAT(connect(51s, "10.0.0.7"), SizeIs(1));
}

TEST_F(dns_rebinding, follows_aliases) {
  resolve("evil.com", outside, 0s);
  run_.resolve(dns_answer("evil.com")
                   .to(dns_type::cname, "evil.com", "router.local", 60)
                   .a("router.local", inside, 60),
               browser, after(10s));
  const auto found = connect(11s);
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0][0].second, value{"evil.com"});
}

TEST_F(dns_rebinding, is_no_matter_of_reverse_names) {
  resolve("evil.com", outside, 0s);
  run_.resolve(dns_answer("1.0.168.192.in-addr.arpa", dns_type::ptr)
                   .to(dns_type::ptr, "1.0.168.192.in-addr.arpa", "evil.com", 60),
               browser, after(10s));
  EXPECT_THAT(connect(11s), IsEmpty());
}

TEST_F(dns_rebinding, is_of_a_name_that_the_same_process_asked_for) {
  resolve("evil.com", outside, 0s, 60, other);
  resolve("evil.com", inside, 10s, 60, other);
  EXPECT_THAT(connect(11s), IsEmpty());
  EXPECT_THAT(connect(11s, inside, other), SizeIs(1));
  resolve("evil.com", inside, 20s, 60, browser);
  EXPECT_THAT(connect(21s), SizeIs(1));
  EXPECT_THAT(connect(22s, inside, other), SizeIs(1)) << "it still has";
}

TEST_F(dns_rebinding, is_of_a_name_that_the_same_container_asked_for) {
  resolve("evil.com", outside, 0s, 60, other, "c1");
  resolve("evil.com", inside, 10s, 60, other, "c1");
  EXPECT_THAT(connect(11s, inside, browser, "c1"), SizeIs(1));
  EXPECT_THAT(connect(11s, inside, browser, "c2"), IsEmpty());
  EXPECT_THAT(connect(11s, inside, browser), IsEmpty());
}

TEST_F(dns_rebinding, does_not_mix_up_those_on_the_host) {
  resolve("evil.com", outside, 0s, 60, other);
  resolve("evil.com", inside, 10s, 60, other);
  EXPECT_THAT(connect(11s, inside, {}), IsEmpty()) << "nobody knows who it is";
}

TEST_F(dns_rebinding, remembers_the_last_eight_that_asked) {
  resolve("evil.com", outside, 0s, 600);
  for (std::uint32_t i = 0; i < 7; ++i)
    resolve("evil.com", inside, std::chrono::seconds{i + 1}, 600, {i + 30, 1});
  EXPECT_THAT(connect(20s), SizeIs(1));
  resolve("evil.com", inside, 30s, 600, other);
  EXPECT_THAT(connect(31s), IsEmpty());
  EXPECT_THAT(connect(31s, inside, other), SizeIs(1));
}

TEST_F(dns_rebinding, does_not_take_answers_that_nobody_asked_for) {
  resolve("evil.com", outside, 0s);
  const auto unasked = dns_answer("evil.com").id(9).a("evil.com", inside, 60);
  run_.see(dns_event(unasked, browser).at(after(10s)));
  EXPECT_THAT(connect(11s), IsEmpty());
  run_.see(dns_event(dns_answer("two.com").a("two.com", outside, 60), browser)
               .at(after(20s)));
  resolve("two.com", inside, 30s);
  EXPECT_THAT(connect(31s), IsEmpty());
}

TEST_F(dns_rebinding, keeps_the_order_of_what_happens_together) {
  const auto message = [](bool response, const char* address, auto since) {
    const auto told = response ? dns_answer("evil.com").a("evil.com", address, 60)
                               : dns_query("evil.com");
    return dns_event(told, browser).at(after(since));
  };
  EXPECT_THAT(run_.see({message(false, outside, 0s), message(true, outside, 1s),
                        connected_to(inside).by(browser).at(after(2s)),
                        message(false, inside, 3s), message(true, inside, 4s),
                        connected_to(inside).by(browser).at(after(5s))}),
              SizeIs(1));
}

TEST_F(dns_rebinding, finds_what_an_incomplete_answer_shows_and_nothing_without) {
  resolve("evil.com", outside, 0s);
  resolve("evil.com", inside, 10s);
  const auto told = run_.dns_answers;
  run_.dns_answers = [&](const auto& asked) {
    auto answer = told(asked);
    answer.complete = false;
    return answer;
  };
  EXPECT_THAT(connect(11s), SizeIs(1));
  run_.dns_answers = [](const auto&) { return std::unexpected{ec::unavailable}; };
  EXPECT_THAT(connect(12s), IsEmpty());
}

TEST_F(dns_rebinding, remembers_8192_names) {
  const auto name = [](int i) { return "n" + std::to_string(i) + ".com"; };
  for (int i = 0; i < 8193; ++i)
    resolve(name(i), outside, 1ms * i);
  resolve(name(0), inside, 10s);
  EXPECT_THAT(connect(11s), IsEmpty());
  resolve(name(1), "10.0.0.1", 12s);
  EXPECT_THAT(connect(13s, "10.0.0.1"), SizeIs(1));
}

TEST(dns_rebinding_parameters, are_suffixes_of_local_names) {
  dns_signature_run run{
      "VED-5", value::object{{"local_suffixes", value::list{".Corp.Example."}}}};
  const auto rebind = [&run](std::string_view name) {
    run.resolve(dns_answer(name).a(name, outside, 60), browser, after(0s));
    run.resolve(dns_answer(name).a(name, inside, 1), browser, after(10s));
    return run.see(connected_to(inside).by(browser).at(after(11s)));
  };
  EXPECT_THAT(rebind("a.corp.example"), IsEmpty());
  EXPECT_THAT(rebind("corp.example"), IsEmpty());
  EXPECT_THAT(rebind("a.local"), SizeIs(1));
}

TEST(dns_rebinding_parameters, are_refused_where_they_make_no_sense) {
  const auto refused = [](value params) {
    return signature_run{"VED-5", std::move(params)}.loaded().error().detail;
  };
  EXPECT_THAT(refused(value::object{{"suffixes", value::list{}}}),
              HasSubstr("unknown parameter 'suffixes'; there is: local_suffixes"));
  EXPECT_THAT(refused(value::object{{"local_suffixes", value::list{"a..b"}}}),
              HasSubstr("parameter local_suffixes: \"a..b\" is no domain name"));
  EXPECT_THAT(refused(value::object{{"local_suffixes", value::list{""}}}),
              HasSubstr("is no domain name"));
}

TEST(dns_rebinding_signature, is_one_for_the_host) {
  EXPECT_EQ(signature_run{"VED-5"}.code().scope(), signature_scope::host);
}

} // namespace

} // namespace vedette
