#include "signatures/attack.hpp"
#include "signatures/builtin_factories.hpp"
#include "signatures/file_access.hpp"
#include "signatures/finding_ids.hpp"

#include <array>
#include <string_view>

namespace vedette::builtin {

namespace {

constexpr std::array<std::string_view, 4> programs{"crontab", "at", "batch", "launchd"};

constexpr std::array<std::string_view, 11> paths{
    "/etc/crontab", "/etc/anacrontab", "/etc/cron.deny", "/etc/cron.allow",
    "/etc/cron.hourly/*", "/etc/cron.daily/*", "/etc/cron.weekly/*", "/etc/cron.monthly/*",
    "/etc/cron.d/*", "/var/spool/cron/crontabs/*", "/var/spool/anacron/*"};

} // namespace

/// TRC-1027: what runs by the clock is changed. No data.
std::unique_ptr<signature> make_scheduled_task_mod() {
  return make_file_signature(
      {.id = "TRC-1027",
       .version = "1.0.0",
       .name = "Scheduled tasks changed",
       .event_name = "scheduled_task_mod",
       .description =
           "A table of cron or at was written or replaced, or a program that changes "
           "them was run: what stands there runs again and again.",
       .tags = {"linux"},
       .severity = 2,
       .properties = attack("persistence", "Cron",
                            "attack-pattern--2acf44aa-542f-4366-b4eb-55ef5747759c", "T1053.003"),
       .event_id = finding_event_id("TRC-1027")},
      {.acts = file_act::write | file_act::rename_onto, .paths = paths, .programs = programs});
}

} // namespace vedette::builtin
