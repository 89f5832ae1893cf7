#include "datasources/text_hash.hpp"
#include "events/socket_address.hpp"
#include "signatures/aging_table.hpp"
#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/finding_ids.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

namespace vedette::builtin {

namespace {

/// TRC-1013: a container speaks with the API of its cluster. Data: `ip`. Of so many
/// containers it knows where that is, the one told of longest ago goes first.
class k8s_api_connection final : public signature {
public:
  [[nodiscard]] signature_metadata metadata() const override {
    return {
        .id = "TRC-1013",
        .version = "1.0.0",
        .name = "Kubernetes API connected to in a container",
        .event_name = "k8s_api_connection",
        .description =
            "A program in a container connected to the API of the Kubernetes cluster "
            "that it runs in. Few applications need to; whoever got into one looks "
            "there for secrets and ways on.",
        .tags = {"linux", "container"},
        .severity = 1,
        .properties =
            attack("discovery", "Cloud Service Discovery",
                   "attack-pattern--e24fcba8-2557-4442-a139-1ee2f2e784db", "T1526"),
        .event_id = finding_event_id("TRC-1013")};
  }

  [[nodiscard]] std::vector<selector> selected_events() const override {
    return {{.name = "sched_process_exec", .origin = event_origin::container},
            {.name = "security_socket_connect", .origin = event_origin::container},
            {.name = "container_remove"}};
  }

  /// A container's processes are in all shards.
  [[nodiscard]] signature_scope scope() const override { return signature_scope::host; }

  handled on_event(event_view event, reporter report) override {
    if (event.kind() == event_kind::sched_process_exec)
      learn(event);
    else if (event.kind() == event_kind::container_remove)
      apis_.erase(
          hash64(event.get<events::container_remove::container_id>().value_or("")));
    else
      look(event, report);
    return {};
  }

private:
  static constexpr std::size_t most_containers = 4096, most_addresses = 4;

  void learn(event_view event) {
    constexpr std::string_view variable = "KUBERNETES_SERVICE_HOST=";
    const auto environment = event.get<events::sched_process_exec::env>();
    if (!environment)
      return;
    environment->for_each([&](std::string_view entry) {
      if (entry.starts_with(variable))
        if (const auto address = parse_address(entry.substr(variable.size())))
          add(event.container_id(), *address);
    });
  }

  /// Whoever comes later cannot push out what the container was given first.
  void add(std::string_view container, const ip_address& address) {
    auto& known = apis_.put(hash64(container));
    if (known.size() < most_addresses
        && std::ranges::find(known, address) == known.end())
      known.push_back(address);
  }

  void look(event_view event, reporter report) {
    const auto* known = apis_.find(hash64(event.container_id()));
    const auto remote = event.get<events::security_socket_connect::remote_addr>();
    if (known == nullptr || !remote)
      return;
    const auto to = socket_address_of(*remote);
    if (to && (to->family == AF_INET || to->family == AF_INET6)
        && std::ranges::find(*known, to->ip) != known->end())
      report.found({{"ip", to_string(to->ip)}});
  }

  aging_table<std::uint64_t, std::vector<ip_address>> apis_{most_containers};
};

} // namespace

std::unique_ptr<signature> make_k8s_api_connection() {
  return std::make_unique<k8s_api_connection>();
}

} // namespace vedette::builtin
