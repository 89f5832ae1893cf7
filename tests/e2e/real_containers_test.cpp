#include "tests/e2e/watch.hpp"
#include "tests/kernel/support/real_runtimes.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <map>

// Docker's, containerd's, Podman's and runc's containers, as a live run sees them.
namespace vedette::e2e {

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

words operator+(words a, const words& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

outcome run(const words& command) {
  auto result = running{command}.finish();
  EXPECT_EQ(result.code, 0) << result.err;
  return result;
}

std::string first_line(const outcome& result) {
  return result.lines().empty() ? "" : result.lines().front();
}

std::string random_id() {
  return first_line(run({"sh", "-c", "od -An -N32 -tx1 /dev/urandom | tr -d ' \\n'"}));
}

/// Starts a program ten times a second, so that there is always something to see.
const std::string busy = "while /bin/busybox sleep 0.1; do :; done";
const words busy_words{"/bin/busybox", "sh", "-c", busy};

/// A container for each runtime, and what takes it away again.
class containers {
public:
  explicit containers(const real_runtimes& where) : where_{where} {}
  ~containers() { // What runc leaves behind.
    run({"sh", "-c",
         "find /sys/fs/cgroup -depth -type d -name vedette-runc | xargs -r rmdir"});
  }
  containers(const containers&) = delete;
  containers& operator=(const containers&) = delete;

  /// → its id.
  std::string start(const std::string& runtime) {
    if (runtime == "docker")
      return first_line(run(docker_
                            + words{"run", "-d", "--name", "vedette-docker",
                                    "--network", "none", "vedette/bb:1.0"}
                            + busy_words));
    if (runtime == "podman")
      return first_line(run(podman_
                            + words{"run", "-d", "--name", "vedette-podman",
                                    "--network", "none", "localhost/vedette/bb:1.0"}
                            + busy_words));
    const auto id = random_id();
    if (runtime == "containerd")
      run(ctr_
          + words{"run", "-d", "--null-io", "--cgroup", "/kubepods/podvedette2/" + id,
                  "docker.io/vedette/bb:1.0", id}
          + busy_words);
    else
      start_with_runc(id);
    return id;
  }

  void remove(const std::string& runtime, const std::string& id) {
    if (runtime == "docker")
      run(docker_ + words{"rm", "-f", id});
    else if (runtime == "podman")
      run(podman_ + words{"rm", "-f", "-t", "0", id});
    else if (runtime == "containerd")
      run(ctr_ + words{"task", "rm", "-f", id});
    else
      run(runc_ + words{"delete", "-f", "vedette-runc"});
  }

private:
  void start_with_runc(const std::string& id) {
    const auto bundle = where_.file("bundle");
    const auto root = where_.file("rootfs");
    run({"sh", "-c",
         "mkdir " + bundle + " && cd " + bundle
             + " && runc spec && sed -i"
               " -e 's|\"terminal\": true|\"terminal\": false|'"
               " -e 's|\"sh\"|\"/bin/busybox\", \"sh\", \"-c\", \""
             + busy + "\"|' -e 's|\"path\": \"rootfs\"|\"path\": \"" + root
             + "\"|' -e 's|\"linux\": {|\"linux\": { \"cgroupsPath\": \"/vedette-runc/"
             + id + "\",|' config.json"});
    // Detached, it would keep our end of the pipes.
    run({"sh", "-c",
         "exec runc --root " + where_.file("runc") + " run -d --bundle " + bundle
             + " vedette-runc </dev/null >" + bundle + "/log 2>&1"});
  }

  const real_runtimes& where_;
  words docker_{"/usr/bin/docker", "-H", "unix://" + where_.file("d.sock")};
  words podman_{"/usr/bin/podman", "--remote", "--url",
                "unix://" + where_.file("p.sock")};
  words ctr_{"/usr/bin/ctr", "-a", where_.file("exec/containerd/containerd.sock"), "-n",
             "k8s.io"};
  words runc_{"runc", "--root", where_.file("runc")};
};

std::vector<value> told_of(const std::vector<value>& lines, std::string_view name,
                           std::string_view id) {
  auto found = events_in(lines, name);
  std::erase_if(found, [&](const value& one) {
    return argument(one, "container_id").as_string() != id;
  });
  return found;
}

/// What a live run of Vedette tells, line by line.
class watching {
public:
  explicit watching(const real_runtimes& where)
      : program_{vedette_command(
          {"run", "--output", "json", "--events",
           "sched_process_exec,sched_process_exit,container_create,existing_container,"
           "container_remove",
           "--set", "pipeline.shards=4", "--set", "signatures.enable=none", "--set",
           "data_sources.containers.docker=" + where.file("d.sock"), "--set",
           "data_sources.containers.podman=" + where.file("p.sock"), "--set",
           "data_sources.containers.containerd="
               + where.file("exec/containerd/containerd.sock"),
           "--set", "data_sources.containers.crio=off"})} {
    program_.wait_for("watching ");
  }

  /// Reads on until a line is as wished. Hangs are told from slow machines by the
  /// number of lines: containers go on starting programs.
  template <class Is>
  value until(Is is) {
    constexpr auto most = 20'000;
    for (auto i = 0; i < most; ++i)
      if (auto line = parse(program_.next_line()); is(line))
        return line;
    throw std::runtime_error{"it does not come"};
  }
  value until_told(std::string_view name, std::string_view id) {
    return until([&](const value& line) { return !told_of({line}, name, id).empty(); });
  }
  /// Something that happens in a container whose image is known.
  value until_named(std::string_view id) {
    return until([&](const value& line) {
      return text(line, "eventName") == "sched_process_exec"
             && text(line, "containerId") == id
             && member(line, "container").find("image") != nullptr
             && !text(line, "container", "image").empty();
    });
  }

  std::vector<value> end() {
    program_.signal(SIGINT);
    const auto result = program_.finish();
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("every event is accounted for"));
    return parse_lines(result);
  }

private:
  running program_;
};

void expect_one_life(const std::vector<value>& lines, const std::string& runtime,
                     const std::string& id) {
  SCOPED_TRACE(runtime);
  const auto created = told_of(lines, "container_create", id);
  ASSERT_THAT(created, SizeIs(1));
  EXPECT_EQ(argument(created[0], "runtime").as_string(), runtime);
  EXPECT_EQ(text(created[0], "containerId"), id);
  EXPECT_THAT(told_of(lines, "container_remove", id), SizeIs(1));
  EXPECT_THAT(told_of(lines, "existing_container", id), IsEmpty());

  auto execs = events_in(lines, "sched_process_exec");
  std::erase_if(execs,
                [&](const value& one) { return text(one, "containerId") != id; });
  // The runtime's own part of it goes before.
  std::erase_if(execs, [&](const value& one) {
    return argument(one, "pathname").as_string() != "/bin/busybox";
  });
  ASSERT_THAT(execs, Not(IsEmpty()));
  EXPECT_EQ(to_json(argument(execs[0], "argv")),
            R"(["/bin/busybox","sh","-c",")" + busy + R"("])")
      << "its first instruction";
  for (const auto& one : execs)
    EXPECT_EQ(member(member(one, "contextFlags"), "containerStarted"), value{true});
  // An exec ends the other threads of its process: runc's, which is written in Go.
  auto exits = of_process(events_in(lines, "sched_process_exit"),
                          number(execs[0], "hostProcessId"));
  for (const auto& one : exits)
    EXPECT_EQ(text(one, "containerId"), id);
  std::erase_if(exits, [](const value& one) {
    return argument(one, "process_group_exit") != value{true};
  });
  EXPECT_THAT(exits, SizeIs(1));
}

// One test: to start them takes seconds.
TEST(real_containers, are_known_from_their_first_instruction_and_told_once) {
  real_runtimes runtimes;
  watching vedette{runtimes};
  std::map<std::string, std::string> ids;
  {
    containers all{runtimes};
    for (const auto* runtime : {"docker", "podman", "containerd", "unknown"})
      ids[runtime] = all.start(runtime);
    const auto docker = vedette.until_named(ids["docker"]);
    EXPECT_EQ(text(docker, "container", "name"), "vedette-docker");
    EXPECT_EQ(text(docker, "container", "image"), "vedette/bb:1.0");
    const auto podman = vedette.until_named(ids["podman"]);
    EXPECT_EQ(text(podman, "container", "name"), "vedette-podman");
    EXPECT_EQ(text(podman, "container", "image"), "localhost/vedette/bb:1.0");
    const auto containerd = vedette.until_named(ids["containerd"]);
    EXPECT_EQ(text(containerd, "container", "image"), "docker.io/vedette/bb:1.0");
    // As said of one after the other: none is told before it was made.
    for (const auto& [runtime, id] : ids) {
      all.remove(runtime, id);
      vedette.until_told("container_remove", id);
    }
  }
  const auto lines = vedette.end();

  for (const auto* runtime : {"docker", "podman", "containerd"}) {
    const auto before = told_of(lines, "existing_container", runtimes.of(runtime).id);
    ASSERT_THAT(before, SizeIs(1)) << runtime;
    EXPECT_EQ(argument(before[0], "runtime").as_string(), runtime);
  }
  for (const auto& [runtime, id] : ids)
    expect_one_life(lines, runtime, id);
  if (testing::Test::HasFailure())
    ADD_FAILURE() << runtimes.logs();
}

} // namespace

} // namespace vedette::e2e
