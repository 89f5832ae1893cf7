#include "datasources/process_tree/process_tree.hpp"
#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/finding_ids.hpp"
#include "signatures/lineage_data.hpp"
#include "signatures/parameters.hpp"
#include "signatures/paths.hpp"
#include "signatures/process_names.hpp"

#include <string>
#include <vector>

namespace vedette::builtin {

namespace {

constexpr std::uint16_t ancestors = 16;

/// VED-6: a shell starts below a server. Data: `shell`, its path; `server`, the name of
/// the nearest one; `lineage`.
class shell_under_server final : public signature {
public:
  [[nodiscard]] signature_metadata metadata() const override {
    return {
        .id = "VED-6",
        .version = "1.0.0",
        .name = "Shell started by a server",
        .event_name = "shell_under_server",
        .description =
            "A shell was started by a server process, or by something that a server "
            "process started. Servers rarely need a shell; whoever exploits one does.",
        .tags = {"linux"},
        .severity = 2,
        .properties =
            attack("execution", "Command and Scripting Interpreter: Unix Shell",
                   "attack-pattern--a9d4b653-6915-42af-98b2-5758c4ceee56", "T1059.004"),
        .event_id = finding_event_id("VED-6"),
        .parameters = {{"servers", "names of processes that are servers; by default nginx, "
                                   "httpd, apache2, lighttpd, php-fpm, java, node, postgres, "
                                   "mysqld, redis-server"}}};
  }

  [[nodiscard]] std::vector<selector> selected_events() const override {
    return {{.name = "sched_process_exec"}};
  }

  std::expected<void, error> init(signature_context& context) override {
    if (auto known = check_parameter_names(context.params(), {"servers"}); !known)
      return known;
    if (auto read = text_list_parameter(context.params(), "servers", servers_); !read)
      return read;
    auto tree =
        context.data_source<process_tree>("tracee", "process_tree");
    if (!tree)
      return std::unexpected{std::move(tree.error())};
    tree_ = *tree;
    return {};
  }

  handled on_event(event_view event, reporter report) override {
    if (!is_shell(event.get<events::sched_process_exec::pathname>().value_or("")))
      return {};
    return look_up(event, report);
  }

private:
  handled look_up(event_view event, reporter report) {
    const auto lineage =
        co_await tree_.lineage(event.process(), event.visible_at(), ancestors);
    if (!lineage)
      co_return;
    const auto server = server_in(*lineage);
    if (server.empty())
      co_return;
    const auto shell = event.get<events::sched_process_exec::pathname>();
    finding_data data;
    data.emplace_back("shell", *shell);
    data.emplace_back("server", server);
    data.emplace_back("lineage", lineage_data(*lineage));
    report.found(std::move(data));
  }

  /// The nearest ancestor that is one. The process itself, [0], is not its own
  /// ancestor.
  [[nodiscard]] std::string_view server_in(const process_lineage& lineage) const {
    for (std::size_t i = 1; i < lineage.size(); ++i)
      if (is_called_one_of(*lineage[i].info, servers_))
        return lineage[i].info->name.view();
    return {};
  }

  std::vector<std::string> servers_ = texts_of(usual_servers);
  process_tree_handle tree_;
};

} // namespace

std::unique_ptr<signature> make_shell_under_server() {
  return std::make_unique<shell_under_server>();
}

} // namespace vedette::builtin
