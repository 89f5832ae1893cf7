#include "datasources/process_tree/process_tree.hpp"
#include "events/user_ids.hpp"
#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/finding_ids.hpp"
#include "signatures/lineage_data.hpp"
#include "signatures/parameters.hpp"
#include "signatures/process_names.hpp"

#include <optional>
#include <string>
#include <sys/stat.h>
#include <vector>

namespace vedette::builtin {

namespace {

constexpr std::uint16_t ancestors = 64;

/// VED-4: a process becomes root that nothing could have made root: from its daemon on
/// all were other users, none ran a setuid file, and none was a program that switches
/// users. Data: `from_uid`, `lineage`.
class lineage_break final : public signature {
public:
  [[nodiscard]] signature_metadata metadata() const override {
    return {
        .id = "VED-4",
        .version = "1.0.0",
        .name = "Root without a way to become it",
        .event_name = "lineage_break",
        .description =
            "A process became root, but neither it nor what it comes from was root, "
            "ran "
            "a setuid program, or was a program that switches users. That is what an "
            "exploit of the kernel or of a privileged service looks like.",
        .tags = {"linux"},
        .severity = 3,
        .properties =
            attack("privilege-escalation", "Exploitation for Privilege Escalation",
                   "attack-pattern--b21c3b2d-02e6-45b1-980b-e69051040839", "T1068"),
        .event_id = finding_event_id("VED-4"),
        .parameters = {{"switchers",
                        "names of programs that may make somebody root; by default "
                        "sudo, su, login, sshd, sshd-session, cron, crond, polkitd, "
                        "pkexec"}}};
  }

  [[nodiscard]] std::vector<selector> selected_events() const override {
    return {{.name = "commit_creds"}};
  }

  std::expected<void, error> init(signature_context& context) override {
    if (auto known = check_parameter_names(context.params(), {"switchers"}); !known)
      return known;
    if (auto read = text_list_parameter(context.params(), "switchers", switchers_); !read)
      return read;
    auto tree = context.data_source<process_tree>("tracee", "process_tree");
    if (!tree)
      return std::unexpected{std::move(tree.error())};
    tree_ = *tree;
    return {};
  }

  handled on_event(event_view event, reporter report) override {
    namespace changed = events::commit_creds;
    const auto old_ids = event.get<changed::old_cred>();
    const auto new_ids = event.get<changed::new_cred>();
    const auto before = old_ids ? user_ids_of(*old_ids) : std::nullopt;
    const auto after = new_ids ? user_ids_of(*new_ids) : std::nullopt;
    if (!before || !after || after->real != 0 || could_be_root(*before))
      return {};
    return look_up(event, before->real, report);
  }

private:
  /// Was it, or had it only put that aside.
  static bool could_be_root(const user_ids& ids) {
    return ids.real == 0 || ids.effective == 0 || ids.saved == 0;
  }

  handled look_up(event_view event, std::uint32_t from, reporter report) {
    const auto lineage =
        co_await tree_.lineage(event.process(), event.visible_at(), ancestors);
    if (!lineage || !breaks(*lineage))
      co_return;
    report.found({{"from_uid", from}, {"lineage", lineage_data(*lineage)}});
  }

  /// [0] is root by now; what it was before the event says.
  [[nodiscard]] bool breaks(const process_lineage& lineage) const {
    const auto daemon = daemon_in(lineage);
    if (!daemon)
      return false;
    for (std::size_t i = 0; i <= *daemon; ++i) {
      const auto& process = *lineage[i].info;
      if ((i > 0 && process.uid == 0) || (process.binary().mode & S_ISUID) != 0
          || runs_one_of(process, switchers_))
        return false;
    }
    return true;
  }

  /// The nearest child of a pid 1: the host's, or the container's, which is its own
  /// daemon.
  static std::optional<std::size_t> daemon_in(const process_lineage& lineage) {
    for (std::size_t i = 0; i < lineage.size(); ++i) {
      const auto& process = *lineage[i].info;
      if (process.ppid == 1 || process.ns_ppid == 1)
        return i;
      if (process.ns_pid == 1)
        return i > 0 ? i - 1 : i;
    }
    return {};
  }

  std::vector<std::string> switchers_{"sudo",  "su",           "login",
                                      "sshd",  "sshd-session", "cron",
                                      "crond", "polkitd",      "pkexec"};
  process_tree_handle tree_;
};

} // namespace

std::unique_ptr<signature> make_lineage_break() {
  return std::make_unique<lineage_break>();
}

} // namespace vedette::builtin
