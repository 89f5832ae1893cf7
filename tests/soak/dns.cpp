// DNS answers: names that are asked for once, a few with addresses that rotate, and
// services that are asked for again and again and must be answered all the time.

#include "datasources/dns/state.hpp"
#include "tests/datasources/dns/story_messages.hpp"
#include "tests/soak/soak.hpp"

#include <string>

namespace vedette {

namespace {

using stories::answer_to;
using stories::dns_builder;
using stories::nxdomain;
using stories::query;

constexpr std::uint64_t all_answers = 1'000'000;
constexpr std::uint64_t answers_in_round = 512;
constexpr std::size_t services = 500;
constexpr std::uint64_t rotating = 50;
constexpr std::int64_t step_ns = 1'000'000; // 1000 answers a second.

std::string service(std::size_t n) {
  return "service-" + std::to_string(n) + ".example.com";
}
std::string service_address(std::size_t n) {
  return "10.1." + std::to_string(n / 250) + '.' + std::to_string(n % 250 + 1);
}
std::string some_address(std::uint64_t n) {
  return "11." + std::to_string(n >> 16U & 255U) + '.' + std::to_string(n >> 8U & 255U)
         + '.' + std::to_string(n & 255U);
}

class network {
public:
  /// Answers of all kinds, one service's among eight. The time is that of the last one.
  void live() {
    for (std::uint64_t i = 0; i < answers_in_round; ++i, ++answers_) {
      clock_ += step_ns;
      switch (answers_ % 8) {
      case 0:
        return_to(next_service_++ % services);
        break;
      case 1:
        rotate();
        break;
      case 2:
        see(nxdomain(random_name()));
        break;
      default:
        look_up_once();
      }
    }
    dns_.advance(at_ns(clock_));
    ask();
  }

  [[nodiscard]] std::uint64_t lives() const { return answers_; }

  void judge(soak_result& result) {
    result.live_evicted += missed_;
    source_metrics metrics;
    dns_.report(metrics);
    // A name that is asked for leads to a few others.
    if (metrics.items > 16 * dns_config{}.names)
      result.problems.push_back(std::to_string(metrics.items) + " are kept");
    if (metrics.expired + metrics.evicted < answers_ / 2)
      result.problems.emplace_back("hardly anything was forgotten");
    const auto found = ask_for("rotating-0.example.com");
    if (!found || found->ip_addresses.size() > 100)
      result.problems.emplace_back("a name with rotating addresses has grown");
  }

private:
  void see(const dns_builder& message) {
    dns_context context;
    context.time = at_ns(clock_);
    context.process = entity_id{812};
    const bool is_response = message.message().header.response;
    context.src_port = is_response ? std::uint16_t{53} : std::uint16_t{40000};
    context.dst_port = is_response ? std::uint16_t{40000} : std::uint16_t{53};
    dns_.apply_message(message.message(), context);
  }

  void return_to(std::size_t n) {
    see(query(service(n)));
    see(answer_to(service(n)).a(service(n), service_address(n), 3600));
  }
  void rotate() {
    const auto name =
        "rotating-" + std::to_string(answers_ / 8 % rotating) + ".example.com";
    see(answer_to(name)
            .a(name, some_address(answers_), 20)
            .a(name, some_address(answers_ + 1), 20));
  }
  void look_up_once() {
    const auto name = random_name();
    if (answers_ % 3 == 0)
      see(query(name));
    see(answer_to(name)
            .cname(name, "cdn-" + std::to_string(answers_ % 5'000) + ".example.net", 60)
            .a("cdn-" + std::to_string(answers_ % 5'000) + ".example.net",
               some_address(answers_ % 20'000), 60));
  }
  [[nodiscard]] std::string random_name() const {
    return 'x' + std::to_string(answers_ * 0x9E37'79B9'7F4A'7C15U) + ".example.org";
  }

  get_result<dns_info> ask_for(const std::string& name) {
    return dns_.get(dns_key::of_text(name).value(), at_ns(clock_));
  }
  /// Some services, once all have been seen.
  void ask() {
    if (next_service_ < services)
      return;
    for (std::size_t n = answers_ / answers_in_round % 50; n < services; n += 50) {
      const auto found = ask_for(service(n));
      if (!found || found->ip_addresses != std::vector{service_address(n)})
        ++missed_;
    }
  }

  dns_state dns_{{}};
  std::int64_t clock_ = 1'000'000'000;
  std::uint64_t answers_ = 0, missed_ = 0;
  std::size_t next_service_ = 0;
};

} // namespace

soak_result soak_dns(std::chrono::seconds limit) {
  constexpr std::uint64_t warm_up = all_answers / 10;
  return soak<network>("tracee/dns", all_answers, warm_up, limit);
}

} // namespace vedette
