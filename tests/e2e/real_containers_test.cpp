#include "tests/e2e/watch.hpp"
#include "tests/kernel/support/real_runtimes.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <map>
#include <set>

// Docker's, containerd's, Podman's and runc's containers, as a live run sees them.
namespace vedette::e2e {

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

outcome run(const words& command) {
  running program{command};
  auto result = program.finish();
  EXPECT_EQ(result.code, 0) << result.err;
  return result;
}

std::string first_line(const outcome& result) {
  return result.lines().empty() ? "" : result.lines().front();
}

std::string random_id() {
  return first_line(run({"sh", "-c", "od -An -N32 -tx1 /dev/urandom | tr -d ' \\n'"}));
}

words operator+(words a, const words& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

class real_containers : public testing::Test {
protected:
  ~real_containers() override {
    // What runc leaves behind.
    run({"sh", "-c", "find /sys/fs/cgroup -depth -type d -name vedette-runc | xargs -r rmdir"});
    if (HasFailure())
      ADD_FAILURE() << real_.logs();
  }

  /// Each runs the same program, once. → ids by runtime.
  std::map<std::string, std::string> run_each() {
    std::map<std::string, std::string> ids;
    const auto docker = "unix://" + real_.file("d.sock");
    ids["docker"] = first_line(run({"/usr/bin/docker", "-H", docker, "run", "-d", "--network",
                                    "none", "vedette/bb:1.0", "/bin/busybox", "true"}));
    run({"/usr/bin/docker", "-H", docker, "wait", ids["docker"]});
    const words podman{"/usr/bin/podman", "--remote", "--url",
                       "unix://" + real_.file("p.sock")};
    ids["podman"] = first_line(run(podman + words{"run", "-d", "--network", "none",
                                                  "localhost/vedette/bb:1.0",
                                                  "/bin/busybox", "true"}));
    run(podman + words{"wait", ids["podman"]});
    ids["containerd"] = run_with_containerd();
    ids["unknown"] = run_with_runc();
    return ids;
  }

  std::string run_with_containerd() {
    const auto id = random_id();
    const words ctr{"/usr/bin/ctr", "-a", real_.file("exec/containerd/containerd.sock"), "-n",
                    "k8s.io"};
    run(ctr + words{"run", "-d", "--null-io", "--cgroup", "/kubepods/podvedette2/" + id,
                    "docker.io/vedette/bb:1.0", id, "/bin/busybox", "true"});
    run({"sh", "-c", "while ! " + joined(ctr) + " task rm " + id + " 2>/dev/null; do :; done"});
    return id;
  }

  std::string run_with_runc() {
    const auto id = random_id();
    const auto bundle = real_.file("bundle");
    run({"sh", "-c",
         "mkdir " + bundle + " && cd " + bundle + " && runc spec && sed -i"
             + " -e 's|\"terminal\": true|\"terminal\": false|'"
             + " -e 's|\"sh\"|\"/bin/busybox\", \"true\"|'"
             + " -e 's|\"path\": \"rootfs\"|\"path\": \"" + real_.file("rootfs") + "\"|'"
             + " -e 's|\"linux\": {|\"linux\": { \"cgroupsPath\": \"/vedette-runc/" + id
             + "\",|' config.json"});
    run({"runc", "--root", real_.file("runc"), "run", "--bundle", bundle, "vedette-runc"});
    return id;
  }

  static std::string joined(const words& all) {
    std::string line;
    for (const auto& word : all)
      line += word + " ";
    return line;
  }

  real_runtimes real_;
};

std::vector<value> told_of(const std::vector<value>& lines, std::string_view name,
                           std::string_view id) {
  auto found = events_in(lines, name);
  std::erase_if(found, [&](const value& one) {
    return argument(one, "container_id").as_string() != id;
  });
  return found;
}

// One test: to start them takes seconds.
TEST_F(real_containers, are_known_to_their_first_instruction_and_told_once) {
  running program{vedette_command(
      {"run", "--output", "json", "--events",
       "sched_process_exec,sched_process_exit,container_create,existing_container,"
       "container_remove",
       "--set", "pipeline.shards=4", "--set", "signatures.enable=none", "--set",
       "data_sources.containers.docker=" + real_.file("d.sock"), "--set",
       "data_sources.containers.podman=" + real_.file("p.sock"), "--set",
       "data_sources.containers.containerd="
           + real_.file("exec/containerd/containerd.sock"),
       "--set", "data_sources.containers.crio=off"})};
  program.wait_for("watching ");
  const auto ids = run_each();
  // As said of the last of them.
  std::set<std::string> left;
  for (const auto& [runtime, id] : ids)
    left.insert(id);
  while (!left.empty()) {
    const auto line = parse(program.next_line());
    if (text(line, "eventName") == "container_remove")
      left.erase(text(argument(line, "container_id")));
  }
  program.signal(SIGINT);
  const auto result = program.finish();
  EXPECT_THAT(result.err, HasSubstr("every event is accounted for"));
  const auto lines = parse_lines(result);

  for (const auto* runtime : {"docker", "podman", "containerd"}) {
    const auto before = told_of(lines, "existing_container", real_.of(runtime).id);
    ASSERT_THAT(before, SizeIs(1)) << runtime;
    EXPECT_EQ(argument(before[0], "runtime").as_string(), runtime);
    EXPECT_THAT(std::string{*argument(before[0], "container_image").as_string()},
                HasSubstr("vedette/bb:1.0"));
  }
  for (const auto& [runtime, id] : ids) {
    const auto created = told_of(lines, "container_create", id);
    ASSERT_THAT(created, SizeIs(1)) << runtime;
    EXPECT_EQ(argument(created[0], "runtime").as_string(), runtime);
    EXPECT_THAT(told_of(lines, "container_remove", id), SizeIs(1)) << runtime;
    EXPECT_THAT(told_of(lines, "existing_container", id), IsEmpty()) << runtime;
    auto execs = events_in(lines, "sched_process_exec");
    std::erase_if(execs, [&](const value& one) {
      return text(one, "containerId") != id
             || argument(one, "pathname").as_string() != "/bin/busybox";
    });
    ASSERT_THAT(execs, SizeIs(1)) << runtime;
    EXPECT_EQ(member(member(execs[0], "contextFlags"), "containerStarted"), value{true})
        << runtime;
    const auto exits = of_process(events_in(lines, "sched_process_exit"),
                                  number(execs[0], "hostProcessId"));
    ASSERT_THAT(exits, SizeIs(1)) << runtime;
    EXPECT_EQ(text(exits[0], "containerId"), id) << runtime;
  }
}

} // namespace

} // namespace vedette::e2e
