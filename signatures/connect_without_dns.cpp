#include "datasources/dns/dns.hpp"
#include "datasources/process_tree/records.hpp"
#include "events/dns/dns_event_reader.hpp"
#include "events/socket_address.hpp"
#include "signatures/address_hash.hpp"
#include "signatures/address_scope.hpp"
#include "signatures/aging_table.hpp"
#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/finding_ids.hpp"
#include "signatures/parameters.hpp"
#include "signatures/resolved.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace vedette::builtin {

namespace {

constexpr std::uint16_t dns_port = 53, dns_over_tls_port = 853;

struct server {
  ip_address address;
  std::uint16_t port = dns_port;

  bool operator==(const server&) const = default;
};

struct server_hash {
  std::size_t operator()(const server& one) const {
    return address_hash{}(one.address) ^ one.port;
  }
};

/// VED-2: a connection to a public address that nobody on this host has looked up.
/// Data: `address`, `port`.
///
/// The data source says what is valid. What is not any more, but was in the last hour,
/// is remembered here, asked for whenever an answer passes by: of so many addresses,
/// the one that was named longest ago goes first.
class connect_without_dns final : public signature {
public:
  [[nodiscard]] signature_metadata metadata() const override {
    return {
        .id = "VED-2",
        .version = "1.0.0",
        .name = "Connection to a public address that no name was looked up for",
        .event_name = "connect_without_dns",
        .description =
            "A program connected to a public address that no DNS answer to a question "
            "of "
            "this host gave in the last hour. Addresses that are built in are rather "
            "malware's than applications'.",
        .tags = {"linux", "network"},
        .severity = 1,
        .properties =
            attack("command-and-control", "Application Layer Protocol",
                   "attack-pattern--355be19c-ffc9-46d5-8d50-d6a036c675b6", "T1071"),
        .event_id = finding_event_id("VED-2"),
        .parameters = {
            {"warm_up",
             "for how long nothing is found; by default 5m from the first event "
             "on, and not at all in recordings as JSON"},
            {"resolvers", "addresses that may be connected to, and names of programs "
                          "that may connect to ports 53 and 853; by default "
                          "systemd-resolve, dnsmasq, unbound, named, kresd, coredns"}}};
  }

  [[nodiscard]] std::vector<selector> selected_events() const override {
    return {{.name = "security_socket_connect"}, {.name = "net_packet_dns"}};
  }

  /// Whoever looked it up, on any shard, did it for all.
  [[nodiscard]] signature_scope scope() const override { return signature_scope::host; }

  std::expected<void, error> init(signature_context& context) override {
    if (auto known = check_parameter_names(context.params(), {"warm_up", "resolvers"});
        !known)
      return known;
    auto warm_up = duration_parameter(context.params(), "warm_up");
    if (!warm_up)
      return std::unexpected{std::move(warm_up.error())};
    warm_up_ = *warm_up;
    auto resolvers = text_list_parameter(context.params(), "resolvers");
    if (!resolvers)
      return std::unexpected{std::move(resolvers.error())};
    if (*resolvers)
      set_resolvers(**resolvers);
    auto source = context.data_source<dns>("tracee", "dns");
    if (!source)
      return std::unexpected{std::move(source.error())};
    dns_ = *source;
    return {};
  }

  handled on_event(event_view event, reporter report) override {
    first_seen_ = std::min(first_seen_, event.visible_at());
    if (event.kind() == event_kind::net_packet_dns)
      return on_message(event);
    const auto remote = event.get<events::security_socket_connect::remote_addr>();
    const auto to = remote ? socket_address_of(*remote) : std::nullopt;
    if (!to || (to->family != AF_INET && to->family != AF_INET6)
        || scope_of(to->ip) != address_scope::global || is_warming_up(event)
        || is_to_or_by_resolver(event, {to->ip, to->port}))
      return {};
    return look_up(event, {to->ip, to->port}, report);
  }

private:
  static constexpr std::size_t most_addresses = 32768, most_servers = 1024;

  /// Addresses, and names of programs.
  void set_resolvers(const std::vector<std::string>& given) {
    resolver_programs_.clear();
    for (const auto& one : given)
      if (const auto address = parse_address(one))
        resolvers_.push_back(*address);
      else
        resolver_programs_.emplace_back(one);
  }

  /// Names that were looked up before the first event are not known. Of a recording as
  /// JSON nobody knows how much came before; it is only waited if that is asked for.
  [[nodiscard]] bool is_warming_up(event_view event) const {
    constexpr std::chrono::minutes usual{5};
    const bool is_json = event.extension() != nullptr;
    const auto wait = warm_up_.value_or(is_json ? std::chrono::nanoseconds{0} : usual);
    return event.visible_at() - first_seen_ < wait;
  }

  /// A resolver is configured, has answered a question, or is a program that is known
  /// to ask others in its turn: at those ports where that is done.
  [[nodiscard]] bool is_to_or_by_resolver(event_view event, const server& to) {
    if (std::ranges::find(resolvers_, to.address) != resolvers_.end()
        || servers_.find(to) != nullptr)
      return true;
    return (to.port == dns_port || to.port == dns_over_tls_port)
           && std::ranges::find(resolver_programs_, task_name{event.process_name()})
                  != resolver_programs_.end();
  }

  handled on_message(event_view event) {
    const auto* message = reader_.read(event);
    if (message == nullptr || !message->header.response || message->questions.empty())
      return {};
    return learn(event, std::string{message->text(message->questions.front().name)});
  }

  handled learn(event_view event, std::string name) {
    namespace packet = events::net_packet_dns;
    const auto now = event.visible_at();
    const auto answer = co_await dns_.name(name, now, answers_to_questions);
    if (!answer) // Nobody has asked.
      co_return;
    if (const auto address = parse_address(event.get<packet::src>().value_or("")))
      servers_.put({*address, event.get<packet::src_port>().value_or(dns_port)});
    for (const auto& record : answer->records)
      if (const auto address = address_given_by(record))
        remember(*address, valid_until(record));
    valid_.drop_while([&](time_ns until) { return until + resolved_lately < now; });
  }

  void remember(const ip_address& address, time_ns until) {
    auto& known = valid_.put(address);
    known = std::max(known, until);
  }

  handled look_up(event_view event, server to, reporter report) {
    const auto now = event.visible_at();
    const auto answer =
        co_await dns_.address(to.address, now, dns_parts::solicited_only);
    if (answer && !answer->dns_queries.empty())
      co_return;
    // It may be that a name is only not known any more, or not yet.
    if (!answer.complete || (!answer && answer.error() == ec::unavailable))
      co_return;
    const auto* until = valid_.find(to.address);
    if (until != nullptr && now - *until <= resolved_lately)
      co_return;
    report.found(
        {{"address", to_string(to.address)}, {"port", std::to_string(to.port)}});
  }

  std::optional<std::chrono::nanoseconds> warm_up_;
  std::vector<ip_address> resolvers_;
  std::vector<task_name> resolver_programs_{"systemd-resolve", "dnsmasq", "unbound",
                                            "named",           "kresd",   "coredns"};
  dns_handle dns_;
  dns_event_reader reader_;
  time_ns first_seen_ = end_of_time;
  aging_table<ip_address, time_ns, address_hash> valid_{
      most_addresses}; ///< Until when.
  aging_table<server, std::monostate, server_hash> servers_{most_servers};
};

} // namespace

std::unique_ptr<signature> make_connect_without_dns() {
  return std::make_unique<connect_without_dns>();
}

} // namespace vedette::builtin
