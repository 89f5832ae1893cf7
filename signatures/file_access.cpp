#include "signatures/file_access.hpp"

#include "signatures/paths.hpp"

#include <algorithm>
#include <utility>

namespace vedette {

namespace {

bool is_among(std::string_view one, std::span<const std::string_view> all) {
  return std::ranges::find(all, one) != all.end();
}

class file_signature final : public signature {
public:
  file_signature(signature_metadata about, const file_rule& rule)
      : about_{std::move(about)}, rule_{rule} {}

  [[nodiscard]] signature_metadata metadata() const override { return about_; }

  [[nodiscard]] std::vector<selector> selected_events() const override {
    std::vector<selector> wanted;
    const auto add = [&](std::string_view event, std::vector<std::string> filters) {
      wanted.push_back({.name = std::string{event},
                        .origin = rule_.origin,
                        .filters = std::move(filters)});
    };
    if (has(rule_.acts, file_act::read | file_act::write))
      add("security_file_open", filters_of_opens());
    if (has(rule_.acts, file_act::rename_onto))
      add("security_inode_rename", filters_on("new_path"));
    if (has(rule_.acts, file_act::rename_from))
      add("security_inode_rename", filters_on("old_path"));
    if (!rule_.programs.empty())
      add("sched_process_exec", {});
    return wanted;
  }

  handled on_event(event_view event, reporter report) override {
    if (fires(event) && !is_among(event.process_name(), rule_.except))
      report.found();
    return {};
  }

private:
  // Files and how they are opened are looked at by the selectors' filters.
  [[nodiscard]] std::vector<std::string> filters_of_opens() const {
    auto filters = filters_on("pathname");
    const auto first = filters.begin(); // Numbers are compared faster than paths.
    if (!has(rule_.acts, file_act::read))
      filters.insert(first, "access=O_WRONLY,O_RDWR");
    else if (!has(rule_.acts, file_act::write))
      filters.insert(first, "access=O_RDONLY,O_RDWR");
    return filters;
  }
  [[nodiscard]] std::vector<std::string> filters_on(std::string_view argument) const {
    std::vector<std::string> filters;
    for (const auto path : rule_.paths)
      filters.push_back(std::string{argument} + "=" + std::string{path});
    return filters;
  }

  [[nodiscard]] bool fires(event_view event) const {
    switch (event.kind()) {
    case event_kind::security_file_open:
      return means(event.get<events::security_file_open::pathname>());
    case event_kind::security_inode_rename: {
      namespace renamed = events::security_inode_rename;
      return (has(rule_.acts, file_act::rename_onto)
              && means(event.get<renamed::new_path>()))
             || (has(rule_.acts, file_act::rename_from)
                 && means(event.get<renamed::old_path>()));
    }
    case event_kind::sched_process_exec: {
      namespace executed = events::sched_process_exec;
      // A script's own name is in the command's path alone.
      return runs(event.get<executed::pathname>())
             || runs(event.get<executed::cmdpath>());
    }
    default:
      return false;
    }
  }

  [[nodiscard]] bool means(std::optional<std::string_view> path) const {
    return path && (rule_.is_meant == nullptr || rule_.is_meant(*path));
  }
  [[nodiscard]] bool runs(std::optional<std::string_view> path) const {
    return path && is_among(basename_of(*path), rule_.programs);
  }

  signature_metadata about_;
  file_rule rule_;
};

} // namespace

std::unique_ptr<signature> make_file_signature(signature_metadata about,
                                               const file_rule& rule) {
  return std::make_unique<file_signature>(std::move(about), rule);
}

} // namespace vedette
