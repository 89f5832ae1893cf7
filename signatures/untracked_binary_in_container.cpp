#include "datasources/containers/containers.hpp"
#include "datasources/process_tree/process_tree.hpp"
#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/finding_ids.hpp"
#include "signatures/lineage_data.hpp"
#include "signatures/parameters.hpp"
#include "signatures/process_names.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace vedette::builtin {

namespace {

constexpr std::uint16_t ancestors = 16;

/// VED-3: a container runs a file that was not in its image, and that no package
/// manager in it has started. Data: `path`, `container_name`, `container_image`,
/// `lineage`.
///
/// On which layer of an overlay a file is, the kernel's side tells with an exec;
/// recordings as JSON do not.
class untracked_binary_in_container final : public signature {
public:
  [[nodiscard]] signature_metadata metadata() const override {
    return {
        .id = "VED-3",
        .version = "1.0.0",
        .name = "Program run in a container that its image did not have",
        .event_name = "untracked_binary_in_container",
        .description =
            "A program was run in a container that was written or changed there since "
            "the container was made, and not by a package manager. Images are what was "
            "checked and signed; this was not.",
        .tags = {"linux", "container"},
        .severity = 3,
        .properties =
            attack("command-and-control", "Ingress Tool Transfer",
                   "attack-pattern--e6919abc-99f9-4c6c-95a5-14761e7b2add", "T1105"),
        .event_id = finding_event_id("VED-3"),
        .parameters = {{"package_managers",
                        "names of programs that may add others; by default "
                        "apt, apt-get, dpkg, yum, dnf, rpm, apk, pip, pip3, "
                        "npm"}}};
  }

  [[nodiscard]] std::vector<selector> selected_events() const override {
    return {{.name = "sched_process_exec", .origin = event_origin::container}};
  }

  std::expected<void, error> init(signature_context& context) override {
    if (auto known = check_parameter_names(context.params(), {"package_managers"});
        !known)
      return known;
    if (auto read = text_list_parameter(context.params(), "package_managers", managers_); !read)
      return read;
    auto known_containers = context.data_source<containers>("tracee", "containers");
    if (!known_containers)
      return std::unexpected{std::move(known_containers.error())};
    containers_ = *known_containers;
    auto tree = context.data_source<process_tree>("tracee", "process_tree");
    if (!tree)
      return std::unexpected{std::move(tree.error())};
    tree_ = *tree;
    return {};
  }

  handled on_event(event_view event, reporter report) override {
    if ((event.header().detail[0] & RECORD_FILE_UPPER_LAYER) == 0)
      return {};
    return look_up(event, report);
  }

private:
  handled look_up(event_view event, reporter report) {
    namespace exec = events::sched_process_exec;
    const auto container =
        co_await containers_.get(event.container_id(), event.visible_at());
    if (!container || !is_younger(event.get<exec::ctime>().value_or(0), *container))
      co_return;
    const auto lineage =
        co_await tree_.lineage(event.process(), event.visible_at(), ancestors);
    if (!lineage || is_installed(*lineage, event.container_id()))
      co_return;
    report.found({{"path", event.get<exec::pathname>().value_or("")},
                  {"container_name", container->name},
                  {"container_image", container->image},
                  {"lineage", lineage_data(*lineage)}});
  }

  /// Whether the file has changed since; of a container whose age is not known, it has
  /// not.
  static bool is_younger(std::uint64_t ctime, const container_info& container) {
    const auto made = container.ctime.time_since_epoch().count();
    return made > 0 && ctime > static_cast<std::uint64_t>(made);
  }

  /// Whether an ancestor inside the container is a package manager.
  [[nodiscard]] bool is_installed(const process_lineage& lineage,
                                  std::string_view container) const {
    return std::any_of(lineage.begin() + 1, lineage.end(), [&](const auto& one) {
      return one.info->container_id == container && runs_one_of(*one.info, managers_);
    });
  }

  std::vector<std::string> managers_{"apt", "apt-get", "dpkg", "yum",  "dnf",
                                     "rpm", "apk",     "pip",  "pip3", "npm"};
  containers_handle containers_;
  process_tree_handle tree_;
};

} // namespace

std::unique_ptr<signature> make_untracked_binary_in_container() {
  return std::make_unique<untracked_binary_in_container>();
}

} // namespace vedette::builtin
