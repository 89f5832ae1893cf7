#include "tests/support/connections.hpp"
#include "tests/support/dns_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
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

constexpr task client{10, 100}, other{20, 100};
constexpr auto public_ip = "8.8.4.4";

/// After the first event of a story.
time_ns after(std::chrono::nanoseconds since) {
  return at_ns(1'700'000'000'000'000'000) + since;
}

event_builder connects(std::chrono::nanoseconds since, std::string_view ip = public_ip,
                       std::uint16_t port = 443) {
  return connected_to(ip, port).by(client).at(after(since));
}

value no_warm_up() {
  return value::object{{"warm_up", 0}};
}

TEST(connect_without_dns, reports_address_and_port) {
  dns_signature_run run{"VED-2", no_warm_up()};
  EXPECT_THAT(run.see(connects(0s)),
              ElementsAre(finding_data{{"address", "8.8.4.4"}, {"port", "443"}}));
  EXPECT_THAT(run.see(connects(1s, "2606:4700::1", 80)),
              ElementsAre(finding_data{{"address", "2606:4700::1"}, {"port", "80"}}));
  EXPECT_THAT(run.see(connects(2s, "::ffff:8.8.4.4")),
              ElementsAre(finding_data{{"address", "8.8.4.4"}, {"port", "443"}}));
}

TEST(connect_without_dns, asks_about_the_address_as_of_the_event) {
  dns_signature_run run{"VED-2", no_warm_up()};
  run.see(connects(5s).visible_at(after(6s)));
  ASSERT_THAT(run.asked_dns, SizeIs(1));
  EXPECT_EQ(run.asked_dns[0].as_of, after(6s));
  EXPECT_EQ(run.asked_dns[0].key,
            dns_key::of_address(*parse_address(public_ip), dns_parts::solicited_only));
}

TEST(connect_without_dns, is_about_public_addresses) {
  dns_signature_run run{"VED-2", no_warm_up()};
  for (const auto* ip :
       {"127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "224.0.0.251", "192.0.2.80", "100.64.0.1", "0.0.0.0", "255.255.255.255", "::1",
        "fe80::1", "fc00::1", "ff02::fb", "2001:db8::1", "::ffff:10.0.0.1"})
    EXPECT_THAT(run.see(connects(0s, ip)), IsEmpty()) << ip;
  EXPECT_THAT(run.see(event_builder{event_kind::security_socket_connect}), IsEmpty());
  EXPECT_THAT(run.see(event_builder{event_kind::security_socket_connect}
                          .arg<events::security_socket_connect::remote_addr>(
                              R"({"sa_family":"AF_UNIX","sun_path":"/run/x"})")),
              IsEmpty());
  EXPECT_THAT(run.asked_dns, IsEmpty()) << "nothing is asked for";
}

TEST(connect_without_dns, is_not_where_somebody_on_the_host_has_resolved_a_name) {
  dns_signature_run run{"VED-2", no_warm_up()};
  run.resolve(dns_answer("a.com").a("a.com", public_ip, 300), other, after(0s));
  EXPECT_THAT(run.see(connects(299s)), IsEmpty());
  EXPECT_THAT(run.see(connects(299s, "8.8.4.5")), SizeIs(1));
}

TEST(connect_without_dns, follows_aliases_and_hints) {
  dns_signature_run run{"VED-2", no_warm_up()};
  run.resolve(dns_answer("a.com")
                  .to(dns_type::cname, "a.com", "b.net", 30)
                  .a("b.net", public_ip, 30),
              other, after(0s));
  run.resolve(dns_answer("c.com", dns_type::https)
                  .to(dns_type::https, "c.com", "c.com", 30)
                  .hint("8.8.4.5"),
              other, after(0s));
  EXPECT_THAT(run.see(connects(50min)), IsEmpty());
  EXPECT_THAT(run.see(connects(50min, "8.8.4.5")), IsEmpty());
}

TEST(connect_without_dns, remembers_for_an_hour_what_the_source_has_forgotten) {
  dns_signature_run run{"VED-2", no_warm_up()};
  run.resolve(dns_answer("a.com").a("a.com", public_ip, 60), other, after(0s));
  const auto valid_until = 1ms + 60s;
  EXPECT_THAT(run.see(connects(valid_until + 30min)), IsEmpty());
  EXPECT_THAT(run.see(connects(valid_until + 1h)), IsEmpty());
  EXPECT_THAT(run.see(connects(valid_until + 1h + 1ns)), SizeIs(1));
}

TEST(connect_without_dns, counts_the_hour_from_the_last_answer) {
  dns_signature_run run{"VED-2", no_warm_up()};
  run.resolve(dns_answer("a.com").a("a.com", public_ip, 600), other, after(0s));
  run.resolve(dns_answer("a.com").a("a.com", public_ip, 1), other, after(5min));
  EXPECT_THAT(run.see(connects(69min)), IsEmpty()) << "the first was valid longer";
  run.resolve(dns_answer("b.com").a("b.com", public_ip, 1), other, after(80min));
  EXPECT_THAT(run.see(connects(139min)), IsEmpty());
  EXPECT_THAT(run.see(connects(141min)), SizeIs(1));
}

TEST(connect_without_dns, does_not_take_an_answer_that_nobody_asked_for) {
  dns_signature_run run{"VED-2", no_warm_up()};
  run.see(
      dns_event(dns_answer("a.com").a("a.com", public_ip, 300), other).at(after(0s)));
  EXPECT_THAT(run.see(connects(1s)), SizeIs(1));
}

TEST(connect_without_dns, keeps_the_order_of_what_happens_together) {
  dns_signature_run run{"VED-2", no_warm_up()};
  const auto message = dns_answer("a.com").a("a.com", public_ip, 1);
  EXPECT_THAT(
      run.see({connects(0s), dns_event(dns_query("a.com"), other).at(after(1s)),
               dns_event(message, other).at(after(2s)), connects(10min), connects(2h)}),
      SizeIs(2))
      << "the first and the last";
}

TEST(connect_without_dns, waits_for_names_to_be_looked_up_after_the_start) {
  dns_signature_run run{"VED-2"};
  run.see(dns_event(dns_query("a.com"), other).at(after(0s)));
  EXPECT_THAT(run.see(connects(5min - 1ns)), IsEmpty());
  EXPECT_THAT(run.asked_dns, IsEmpty());
  EXPECT_THAT(run.see(connects(5min)), SizeIs(1));
}

TEST(connect_without_dns, does_not_wait_in_a_recording_of_others_unless_told_to) {
  dns_signature_run run{"VED-2"};
  EXPECT_THAT(run.see(connects(0s).replayed(1)), SizeIs(1));
  dns_signature_run told{"VED-2", value::object{{"warm_up", "10s"}}};
  EXPECT_THAT(told.see(connects(0s).replayed(1)), IsEmpty());
  EXPECT_THAT(told.see(connects(9s).replayed(2)), IsEmpty());
  EXPECT_THAT(told.see(connects(10s).replayed(3)), SizeIs(1));
}

TEST(connect_without_dns, is_not_to_a_server_that_has_answered) {
  dns_signature_run run{"VED-2", no_warm_up()};
  constexpr std::string_view server = "1.1.1.1";
  EXPECT_THAT(run.see(connects(0s, server, 53)), SizeIs(1)) << "not known yet";
  run.see({dns_event(dns_query("a.com"), other, server).at(after(1s)),
           dns_event(dns_answer("a.com"), other, server).at(after(2s))});
  EXPECT_THAT(run.see(connects(300min, server, 53)), IsEmpty());
  EXPECT_THAT(run.see(connects(300min, server, 443)), SizeIs(1)) << "another port";
  EXPECT_THAT(run.see(connects(300min, "1.0.0.1", 53)), SizeIs(1)) << "another server";
}

TEST(connect_without_dns, does_not_take_who_answers_unasked_for_a_server) {
  dns_signature_run run{"VED-2", no_warm_up()};
  run.see(dns_event(dns_answer("a.com"), other, "1.1.1.1").at(after(0s)));
  EXPECT_THAT(run.see(connects(1s, "1.1.1.1", 53)), SizeIs(1));
}

TEST(connect_without_dns, is_not_by_a_resolver_that_asks_others) {
  dns_signature_run run{"VED-2", no_warm_up()};
  EXPECT_THAT(run.see(connects(0s, "1.1.1.1", 53).comm("unbound")), IsEmpty());
  EXPECT_THAT(run.see(connects(0s, "1.1.1.1", 853).comm("systemd-resolve")), IsEmpty());
  EXPECT_THAT(run.see(connects(0s, "1.1.1.1", 443).comm("unbound")), SizeIs(1));
  EXPECT_THAT(run.see(connects(0s, "1.1.1.1", 53).comm("unbounded")), SizeIs(1));
}

TEST(connect_without_dns, takes_other_resolvers_as_a_parameter) {
  dns_signature_run run{
      "VED-2", value::object{{"warm_up", 0},
                             {"resolvers", value::list{"9.9.9.9", "2620:fe:0::FE",
                                                       "a-very-long-name-indeed"}}}};
  EXPECT_THAT(run.see(connects(0s, "9.9.9.9", 443)), IsEmpty());
  EXPECT_THAT(run.see(connects(0s, "2620:fe::fe", 853)), IsEmpty());
  EXPECT_THAT(run.see(connects(0s, "1.1.1.1", 53).comm("a-very-long-nam")), IsEmpty());
  EXPECT_THAT(run.see(connects(0s, "1.1.1.1", 53).comm("unbound")), SizeIs(1));
}

TEST(connect_without_dns, says_nothing_where_the_source_may_have_missed_a_name) {
  signature_run run{"VED-2", no_warm_up()};
  const auto answers = [&run](ec code, bool complete) {
    run.dns_answers = [=](const auto&) {
      get_result<dns_info> result = std::unexpected{code};
      result.complete = complete;
      return result;
    };
    return run.on(connects(0s));
  };
  EXPECT_THAT(answers(ec::data_not_found, true), SizeIs(1));
  EXPECT_THAT(answers(ec::expired, true), SizeIs(1));
  EXPECT_THAT(answers(ec::data_not_found, false), IsEmpty());
  EXPECT_THAT(answers(ec::expired, false), IsEmpty());
  EXPECT_THAT(answers(ec::unavailable, true), IsEmpty());
}

TEST(connect_without_dns, remembers_32768_addresses) {
  dns_signature_run run{"VED-2", no_warm_up()};
  const auto told = [&](unsigned first, unsigned count) {
    for (unsigned at = first; at < first + count; at += 256) {
      auto answer = dns_answer("a.com");
      for (unsigned i = at; i < std::min(at + 256, first + count); ++i)
        answer.a("a.com",
                 "50.1." + std::to_string(i >> 8U) + "." + std::to_string(i & 255U), 1);
      run.resolve(answer, other, after(std::chrono::seconds{at / 64}));
    }
  };
  told(0, 256 + 32768);
  EXPECT_THAT(run.see(connects(20min, "50.1.0.255")), SizeIs(1));
  EXPECT_THAT(run.see(connects(20min, "50.1.1.0")), IsEmpty());
  EXPECT_THAT(run.see(connects(20min, "50.1.128.255")), IsEmpty());
}

TEST(connect_without_dns, refuses_parameters_that_it_does_not_understand) {
  const auto refused = [](value params) {
    return signature_run{"VED-2", std::move(params)}.loaded().error().detail;
  };
  EXPECT_THAT(refused(value::object{{"warmup", "5m"}}),
              HasSubstr("unknown parameter 'warmup'; there is: warm_up, resolvers"));
  EXPECT_THAT(refused(value::object{{"warm_up", "soon"}}), HasSubstr("such as 30s"));
  EXPECT_THAT(refused(value::object{{"resolvers", "1.1.1.1"}}),
              HasSubstr("list of texts"));
}

TEST(connect_without_dns, is_one_for_the_host) {
  EXPECT_EQ(signature_run{"VED-2"}.code().scope(), signature_scope::host);
}

} // namespace

} // namespace vedette
