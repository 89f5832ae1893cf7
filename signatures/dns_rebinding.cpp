#include "datasources/dns/dns.hpp"
#include "datasources/text_hash.hpp"
#include "events/dns/dns_event_reader.hpp"
#include "events/dns/dns_name.hpp"
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
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace vedette::builtin {

namespace {

/// Who asked for a name.
struct asker {
  entity_id process{};
  std::uint64_t container = 0; ///< Hash of its id; 0: the host.

  bool operator==(const asker&) const = default;
};

asker asker_of(entity_id process, std::string_view container) {
  return {process, container.empty() ? 0 : hash64(container)};
}

/// A name that has had a public address.
struct public_name {
  ip_address was;  ///< The latest one.
  time_ns since{}; ///< An answer gave it the first of them that lead up to that.
  time_ns until{}; ///< The latest one is valid.
  std::array<asker, 8> askers{}; ///< The latest, the oldest of them goes first.
  std::size_t asked = 0;

  void ask(const asker& who) {
    if (std::ranges::find(askers, who) == askers.end())
      askers[asked++ % askers.size()] = who;
  }
  [[nodiscard]] bool was_asked_by(const asker& who) const {
    return std::ranges::any_of(askers, [&who](const asker& one) {
      return (one.process != entity_id{} && one.process == who.process)
             || (one.container != 0 && one.container == who.container);
    });
  }
};

/// Where a browser must not be led by a name that anybody may own.
bool is_inside(address_scope scope) {
  using enum address_scope;
  return scope == private_use || scope == loopback || scope == link_local
         || scope == shared || scope == unspecified;
}

/// VED-5: a name that had a public address leads to one of this host or its networks.
/// Data: `name`, `address`, `was`.
///
/// The data source says what leads there now. Which public addresses a name had, which
/// it forgets, is remembered here, asked for whenever an answer passes by: of so many
/// names, the one that had one longest ago goes first.
class dns_rebinding final : public signature {
public:
  [[nodiscard]] signature_metadata metadata() const override {
    return {.id = "VED-5",
            .version = "1.0.0",
            .name = "Name that led to a public address leads to a private one",
            .event_name = "dns_rebinding",
            .description = "A program connected to an address of this host or its "
                           "networks that it got "
                           "for a public name, which had a public address shortly "
                           "before. So a web page "
                           "gets a browser to speak with what only the inside reaches.",
            .tags = {"linux", "network"},
            .severity = 2,
            .properties =
                attack("command-and-control", "Dynamic Resolution",
                       "attack-pattern--7bd9c723-2f78-4309-82c5-47cad406572b", "T1568"),
            .event_id = finding_event_id("VED-5"),
            .parameters = {{"local_suffixes",
                            "of names that nobody outside owns; by default local, "
                            "internal, home.arpa, localhost"}}};
  }

  [[nodiscard]] std::vector<selector> selected_events() const override {
    return {{.name = "security_socket_connect"}, {.name = "net_packet_dns"}};
  }

  /// Who resolves a name for a container need not be who connects.
  [[nodiscard]] signature_scope scope() const override { return signature_scope::host; }

  std::expected<void, error> init(signature_context& context) override {
    if (auto known = check_parameter_names(context.params(), {"local_suffixes"});
        !known)
      return known;
    auto suffixes = text_list_parameter(context.params(), "local_suffixes");
    if (!suffixes)
      return std::unexpected{std::move(suffixes.error())};
    if (*suffixes)
      if (auto set = set_suffixes(**suffixes); !set)
        return set;
    auto source = context.data_source<dns>("tracee", "dns");
    if (!source)
      return std::unexpected{std::move(source.error())};
    dns_ = *source;
    return {};
  }

  handled on_event(event_view event, reporter report) override {
    if (event.kind() == event_kind::net_packet_dns)
      return on_message(event);
    const auto remote = event.get<events::security_socket_connect::remote_addr>();
    const auto to = remote ? socket_address_of(*remote) : std::nullopt;
    if (!to || (to->family != AF_INET && to->family != AF_INET6)
        || !is_inside(scope_of(to->ip)) || !may_have_a_name(to->ip))
      return {};
    return look_up(event, to->ip, report);
  }

private:
  static constexpr std::size_t most_names = 8192, most_inside = 32768;

  /// With or without a dot before it.
  std::expected<void, error> set_suffixes(const std::vector<std::string>& given) {
    local_suffixes_.clear();
    for (std::string_view one : given) {
      std::string name;
      if (!append_canonical_name(name, one.substr(one.starts_with('.') ? 1 : 0))
          || name.empty())
        return std::unexpected{
            error{ec::invalid_config, "parameter local_suffixes: " + to_json(value{one})
                                          + " is no domain name"}};
      local_suffixes_.push_back(std::move(name));
    }
    return {};
  }

  /// One that anybody may own. A name of one label never is.
  [[nodiscard]] bool is_public(std::string_view name) const {
    return name.contains('.')
           && std::ranges::none_of(local_suffixes_, [name](std::string_view suffix) {
                return name == suffix
                       || (name.ends_with(suffix)
                           && name[name.size() - suffix.size() - 1] == '.');
              });
  }

  handled on_message(event_view event) {
    const auto* message = reader_.read(event);
    if (message == nullptr)
      return {};
    for (const auto* section :
         {&message->answers, &message->authorities, &message->additionals})
      for (const auto& record : *section)
        note_inside(*message, record);
    if (!message->header.response || message->questions.empty())
      return {};
    const auto name = message->text(message->questions.front().name);
    if (!is_public(name))
      return {};
    return learn(event, std::string{name});
  }

  void note_inside(const dns_message& message, const dns_record& record) {
    const auto note = [this](const ip_address& given) {
      if (is_inside(scope_of(given)))
        inside_.put(given);
    };
    if (record.has_address)
      note(record.address);
    for (const auto& hint : message.hints(record))
      note(hint);
  }

  /// Of an address that no message gave, the data source need not be asked.
  [[nodiscard]] bool may_have_a_name(const ip_address& inside) {
    const bool all_are_known = inside_.size() < most_inside;
    return !all_are_known || inside_.find(inside) != nullptr;
  }

  handled learn(event_view event, std::string name) {
    const auto now = event.visible_at();
    const auto answer = co_await dns_.name(name, now, answers_to_questions);
    if (!answer)
      co_return;
    const auto key = hash64(name);
    for (const auto& record : answer->records)
      if (const auto address = address_given_by(record);
          address && scope_of(*address) == address_scope::global)
        remember(names_.put(key), *address, record);
    auto* known = names_.find(key);
    if (known == nullptr)
      co_return;
    for (const auto& record : answer->records)
      if (record.seen_at == now)
        known->ask(asker_of(record.asked_by, record.container_id));
  }

  static void remember(public_name& name, const ip_address& address,
                       const dns_record_info& record) {
    if (name.until + resolved_lately < record.seen_at)
      name = {.was = address, .since = record.seen_at};
    if (valid_until(record) >= name.until)
      name.was = address;
    name.until = std::max(name.until, valid_until(record));
  }

  handled look_up(event_view event, ip_address address, reporter report) {
    const auto now = event.visible_at();
    const auto answer = co_await dns_.address(address, now, answers_to_questions);
    if (!answer)
      co_return;
    const auto who = asker_of(event.process(), event.container_id());
    for (const auto& record : answer->records) {
      // All but PTR records lead to the address: see spec/data-sources.md, up(K).
      if (record.type == "PTR" || !is_public(record.owner))
        continue;
      const auto* known = names_.find(hash64(record.owner));
      if (known == nullptr || record.seen_at <= known->since
          || known->until + resolved_lately < now || !known->was_asked_by(who))
        continue;
      report.found({{"name", record.owner},
                    {"address", to_string(address)},
                    {"was", to_string(known->was)}});
      co_return;
    }
  }

  std::vector<std::string> local_suffixes_{"local", "internal", "home.arpa",
                                           "localhost"};
  dns_handle dns_;
  dns_event_reader reader_;
  aging_table<std::uint64_t, public_name> names_{most_names};
  /// Addresses of the inside that messages gave.
  aging_table<ip_address, std::monostate, address_hash> inside_{most_inside};
};

} // namespace

std::unique_ptr<signature> make_dns_rebinding() {
  return std::make_unique<dns_rebinding>();
}

} // namespace vedette::builtin
