#include "datasources/process_tree/process_tree.hpp"
#include "events/exec_facts.h"
#include "signatures/aging_table.hpp"
#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/finding_ids.hpp"
#include "signatures/lineage_data.hpp"
#include "signatures/parameters.hpp"
#include "signatures/paths.hpp"
#include "signatures/process_names.hpp"

#include <string>
#include <sys/stat.h>
#include <variant>
#include <vector>

namespace vedette::builtin {

namespace {

constexpr std::uint16_t ancestors = 16;

/// VED-1: a shell that reads from or writes to a socket starts below a server. Data:
/// `shell`, its path; `server`, the name of the nearest one; `lineage`.
///
/// A server has listened on a socket, or is called one. Of those that listened it knows
/// so many, the one that did longest ago goes first; the host's pid 1 is none, as it
/// listens for others and is everybody's ancestor, nor is a server of logins: sshd runs a
/// command without a terminal over a pair of sockets.
class reverse_shell_lineage final : public signature {
public:
  [[nodiscard]] signature_metadata metadata() const override {
    return {
        .id = "VED-1",
        .version = "1.0.0",
        .name = "Shell over a socket started by a server",
        .event_name = "reverse_shell_lineage",
        .description =
            "A shell whose input or output is a socket was started by a server, or by "
            "something that a server started. Somebody exploits that server and types "
            "commands from elsewhere.",
        .tags = {"linux"},
        .severity = 3,
        .properties =
            attack("execution", "Command and Scripting Interpreter: Unix Shell",
                   "attack-pattern--a9d4b653-6915-42af-98b2-5758c4ceee56", "T1059.004"),
        .event_id = finding_event_id("VED-1"),
        .parameters = {
            {"servers",
             "names of servers beside those that listened on a socket; by default "
             "nginx, httpd, apache2, lighttpd, php-fpm, java, node, postgres, "
             "mysqld, redis-server"},
            {"logins", "names of those that listen and start shells for people who log in; by "
                       "default sshd, sshd-session, dropbear, in.telnetd, mosh-server"}}};
  }

  [[nodiscard]] std::vector<selector> selected_events() const override {
    return {{.name = "sched_process_exec", .filters = {"pathname=*sh"}},
            {.name = "sched_process_exec", .filters = {"cmdpath=*sh"}},
            {.name = "security_socket_listen"}};
  }

  /// Servers and what they start are in any shards.
  [[nodiscard]] signature_scope scope() const override { return signature_scope::host; }

  std::expected<void, error> init(signature_context& context) override {
    if (auto known = check_parameter_names(context.params(), {"servers", "logins"}); !known)
      return known;
    if (auto read = text_list_parameter(context.params(), "servers", servers_); !read)
      return read;
    if (auto read = text_list_parameter(context.params(), "logins", logins_); !read)
      return read;
    auto tree = context.data_source<process_tree>("tracee", "process_tree");
    if (!tree)
      return std::unexpected{std::move(tree.error())};
    tree_ = *tree;
    return {};
  }

  handled on_event(event_view event, reporter report) override {
    if (event.kind() == event_kind::security_socket_listen)
      return remember(event);
    if (shell_of(event).empty() || !has_socket(event))
      return {};
    return look_up(event, report);
  }

private:
  static constexpr std::size_t most_listeners = 16384;
  static constexpr std::uint32_t host_init = 1;

  /// Its path; empty: it is none. A shell that is a link to something else (busybox) is
  /// told by what was called.
  static std::string_view shell_of(event_view event) {
    namespace exec = events::sched_process_exec;
    const auto path = event.get<exec::pathname>().value_or("");
    if (is_shell(path))
      return path;
    const auto called = event.get<exec::cmdpath>().value_or("");
    return is_shell(called) ? called : std::string_view{};
  }

  /// As standard input or output. Of the latter recordings as JSON do not tell.
  static bool has_socket(event_view event) {
    const auto input = event.get<events::sched_process_exec::stdin_type>().value_or(0);
    return (input & S_IFMT) == S_IFSOCK
           || (event.header().detail[0] & RECORD_EXEC_SOCKET_OUTPUT) != 0;
  }

  /// Asks, so that it is remembered in its turn: neither before nor after what shells
  /// ask for.
  handled remember(event_view event) {
    const auto who = co_await tree_.process(event.process(), event.visible_at(),
                                            tree_parts::identity);
    if (!who || who->pid != host_init)
      listeners_.put(event.process());
  }

  handled look_up(event_view event, reporter report) {
    const auto lineage =
        co_await tree_.lineage(event.process(), event.visible_at(), ancestors);
    if (!lineage)
      co_return;
    const auto server = server_in(*lineage);
    if (server.empty())
      co_return;
    report.found({{"shell", shell_of(event)},
                  {"server", server},
                  {"lineage", lineage_data(*lineage)}});
  }

  /// The nearest ancestor that is one. The process itself, [0], is not its own
  /// ancestor.
  [[nodiscard]] std::string_view server_in(const process_lineage& lineage) {
    for (std::size_t i = 1; i < lineage.size(); ++i) {
      const auto& process = *lineage[i].info;
      if (is_called_one_of(process, servers_)
          || (listeners_.find(process.entity) != nullptr
              && !is_called_one_of(process, logins_)))
        return process.name.view();
    }
    return {};
  }

  std::vector<std::string> servers_ = texts_of(usual_servers);
  std::vector<std::string> logins_ = texts_of(usual_logins);
  process_tree_handle tree_;
  aging_table<entity_id, std::monostate> listeners_{most_listeners};
};

} // namespace

std::unique_ptr<signature> make_reverse_shell_lineage() {
  return std::make_unique<reverse_shell_lineage>();
}

} // namespace vedette::builtin
