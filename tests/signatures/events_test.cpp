// Signatures that decide by one event: each one's cases.

#include "tests/signatures/detections.hpp"

namespace vedette {

namespace {

constexpr std::string_view elf = "\x7f"
                                 "ELF\x02\x01\x01";

event_builder mapped(std::uint32_t alert) {
  return event_builder{event_kind::mem_prot_alert}.arg<events::mem_prot_alert::alert>(
      alert);
}

event_builder connected(std::int32_t fd, std::string_view address) {
  return event_builder{event_kind::security_socket_connect}
      .arg<events::security_socket_connect::sockfd>(fd)
      .arg<events::security_socket_connect::remote_addr>(address);
}

event_builder copied(std::int32_t to, std::string_view address) {
  return event_builder{event_kind::socket_dup}
      .arg<events::socket_dup::oldfd>(7)
      .arg<events::socket_dup::newfd>(to)
      .arg<events::socket_dup::remote_addr>(address);
}

event_builder mounted(std::string_view device) {
  return event_builder{event_kind::security_sb_mount}
      .arg<events::security_sb_mount::dev_name>(device)
      .in_container("c1");
}

event_builder written(std::string_view path, std::string_view bytes = elf) {
  return event_builder{event_kind::magic_write}
      .arg<events::magic_write::pathname>(path)
      .arg<events::magic_write::bytes>(bytes);
}

event_builder executed_by(std::string_view before, std::string_view path) {
  return executed_at(path).arg<events::sched_process_exec::prev_comm>(before);
}

event_builder written_to_process(std::int32_t pid) {
  return event_builder{event_kind::process_vm_writev}
      .by({.tid = 500, .start = 5})
      .in_pid_ns(7, 20, 20, 1)
      .arg<events::process_vm_writev::pid>(pid);
}

constexpr std::string_view v4 =
    R"({"sa_family":"AF_INET","sin_addr":"198.51.100.7","sin_port":"4444"})";
constexpr std::string_view v6 =
    R"({"sa_family":"AF_INET6","sin6_addr":"2001:db8::7","sin6_flowinfo":"0","sin6_port":"443","sin6_scopeid":"0"})";
constexpr std::string_view no_port =
    R"({"sa_family":"AF_INET","sin_addr":"198.51.100.7","sin_port":"0"})";
constexpr std::string_view empty_port =
    R"({"sa_family":"AF_INET","sin_addr":"198.51.100.7","sin_port":""})";
constexpr std::string_view local =
    R"({"sa_family":"AF_UNIX","sun_path":"/run/x.sock"})";
constexpr std::string_view docker =
    R"({"sa_family":"AF_UNIX","sun_path":"/var/run/docker.sock"})";

std::vector<finding_data> stdio(int fd, std::string_view address,
                                std::string_view port) {
  return data({{"File descriptor", fd}, {"IP address", address}, {"Port", port}});
}

INSTANTIATE_TEST_SUITE_P(
    trc_101, detections,
    testing::Values(detection{"stdin", "TRC-101", connected(0, v4),
                              stdio(0, "198.51.100.7", "4444")},
                    detection{"stderr_over_v6", "TRC-101", connected(2, v6),
                              stdio(2, "2001:db8::7", "443")},
                    detection{"dup_onto_stdout", "TRC-101", copied(1, v4),
                              stdio(1, "198.51.100.7", "4444")},
                    detection{"dup_onto_another", "TRC-101", copied(3, v4), nothing},
                    detection{"accepted_by_sshd", "TRC-101",
                              copied(0, v4).executable("/usr/sbin/sshd"), nothing},
                    detection{"by_what_sshd_starts", "TRC-101",
                              copied(0, v4).executable("/usr/bin/bash"),
                              stdio(0, "198.51.100.7", "4444")},
                    detection{"sshd_connects", "TRC-101",
                              connected(0, v4).executable("/usr/sbin/sshd"),
                              stdio(0, "198.51.100.7", "4444")},
                    detection{"another_descriptor", "TRC-101", connected(3, v4),
                              nothing},
                    detection{"no_descriptor", "TRC-101", connected(-1, v4), nothing},
                    detection{"port_0", "TRC-101", connected(0, no_port), nothing},
                    detection{"no_port", "TRC-101", connected(0, empty_port), nothing},
                    detection{"local", "TRC-101", connected(0, local), nothing},
                    detection{"no_address", "TRC-101",
                              event_builder{event_kind::security_socket_connect}
                                  .arg<events::security_socket_connect::sockfd>(0),
                              nothing}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    trc_103, detections,
    testing::Values(detection{"poketext", "TRC-103", traced(4), without_data},
                    detection{"pokedata", "TRC-103", traced(5), without_data},
                    detection{"traceme", "TRC-103", traced(0), nothing},
                    detection{"peekdata", "TRC-103", traced(2), nothing},
                    detection{"pokeuser", "TRC-103", traced(6), nothing}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    trc_104, detections,
    testing::Values(detection{"written_to_executable", "TRC-104", mapped(4),
                              without_data},
                    detection{"both_at_once", "TRC-104", mapped(1), nothing},
                    detection{"to_executable", "TRC-104", mapped(2), nothing},
                    detection{"write_added", "TRC-104", mapped(3), nothing}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    trc_1014, detections,
    testing::Values(detection{"disk", "TRC-1014", mounted("/dev/sda1"), without_data},
                    detection{"no_device", "TRC-1014", mounted("tmpfs"), nothing},
                    detection{"not_below_dev", "TRC-1014", mounted("/device"), nothing},
                    detection{"on_the_host", "TRC-1014",
                              mounted("/dev/sda1").with([](auto& header) {
                                header.flags = 0;
                              }),
                              nothing}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    trc_1015, detections,
    testing::Values(
        detection{"file", "TRC-1015", written("/tmp/.x"), without_data},
        detection{"directory", "TRC-1015", written("/tmp/.d/x"), without_data},
        detection{"in_sight", "TRC-1015", written("/tmp/x.y"), nothing},
        detection{"script", "TRC-1015", written("/tmp/.x", "#!/bin/sh"), nothing},
        detection{"short", "TRC-1015",
                  written("/tmp/.x", "\x7f"
                                     "EL"),
                  nothing}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    trc_1016, detections,
    testing::Values(
        detection{"nginx", "TRC-1016", executed_by("nginx", "/bin/dash"), without_data},
        detection{"long_name", "TRC-1016", executed_by("httpd-foregroun", "/bin/bash"),
                  without_data},
        detection{"another_program", "TRC-1016", executed_by("nginx", "/bin/ls"),
                  nothing},
        detection{"another_server", "TRC-1016", executed_by("sshd", "/bin/bash"),
                  nothing},
        detection{"begins_alike", "TRC-1016", executed_by("nginx2", "/bin/sh"),
                  nothing},
        detection{"nobody", "TRC-1016", executed_at("/bin/sh"), nothing}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    trc_1017, detections,
    testing::Values(detection{
        "module", "TRC-1017",
        event_builder{event_kind::module_load}.arg<events::module_load::name>("dummy"),
        without_data}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    trc_1019, detections,
    testing::Values(detection{"open", "TRC-1019",
                              opened("/run/docker.sock", rdwr).in_container("c1"),
                              without_data},
                    detection{"open_to_look", "TRC-1019",
                              opened("/run/docker.sock", 0).in_container("c1"),
                              nothing},
                    detection{"connect", "TRC-1019",
                              connected(5, docker).in_container("c1"), without_data},
                    detection{"another_socket", "TRC-1019",
                              connected(5, local).in_container("c1"), nothing},
                    detection{"over_a_network", "TRC-1019",
                              connected(5, v4).in_container("c1"), nothing},
                    detection{"by_the_host", "TRC-1019", connected(5, docker), nothing},
                    detection{"before_it_started", "TRC-1019",
                              connected(5, docker).container("c1"), nothing}),
    name_of_case);

event_builder hooked(std::string_view list) {
  return event_builder{event_kind::hooked_proc_fops}
      .arg<events::hooked_proc_fops::hooked_fops_pointers>(list);
}

INSTANTIATE_TEST_SUITE_P(
    trc_1020, detections,
    testing::Values(
        detection{
            "one", "TRC-1020",
            hooked(R"([{"SymbolName":"iterate_shared","ModuleOwner":"diamorphine"}])"),
            data({{"Hooked proc file operations",
                   value::list{value::object{{"SymbolName", "iterate_shared"},
                                             {"ModuleOwner", "diamorphine"}}}}})},
        detection{"none", "TRC-1020", hooked("[]"), nothing},
        detection{"no_list", "TRC-1020", event_builder{event_kind::hooked_proc_fops},
                  nothing}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    trc_1022, detections,
    testing::Values(detection{"program", "TRC-1022",
                              written("/tmp/x").in_container("c1"),
                              data({{"path", "/tmp/x"}})},
                    detection{"text", "TRC-1022",
                              written("/tmp/x", "ELF\x7f").in_container("c1"), nothing},
                    detection{"in_memory", "TRC-1022",
                              written("/dev/shm/x").in_container("c1"), nothing},
                    detection{"on_the_host", "TRC-1022", written("/tmp/x"), nothing}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    trc_1025, detections,
    testing::Values(detection{"another", "TRC-1025", written_to_process(21),
                              without_data},
                    detection{"own", "TRC-1025", written_to_process(20), nothing},
                    detection{"as_the_host_counts", "TRC-1025", written_to_process(500),
                              without_data},
                    detection{"nobody", "TRC-1025",
                              event_builder{event_kind::process_vm_writev}, nothing}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(trc_1030, detections,
                         testing::Values(detection{
                             "one", "TRC-1030",
                             event_builder{event_kind::hooked_syscall}
                                 .arg<events::hooked_syscall::syscall>("openat")
                                 .arg<events::hooked_syscall::owner>("rootkit"),
                             without_data}),
                         name_of_case);

} // namespace

} // namespace vedette
