#include "datasources/containers/cgroup_path.hpp"

#include <array>
#include <gtest/gtest.h>
#include <string>

namespace vedette {

namespace {

const std::string id(64, 'a');
const std::string other = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF";
const std::string garden = "6f265890-5165-7fab-6b52-18d1";

struct path_case {
  std::string path;
  std::string runtime; ///< Empty: no container.
  std::string id;
  std::string own; ///< Empty: the path itself.
};

const std::vector<path_case>& cases() {
  static const std::vector<path_case> all{
      // docker
      {"/system.slice/docker-" + id + ".scope", "docker", id, ""},
      {"/system.slice/docker-" + id, "docker", id, ""},
      {"/docker/" + id, "docker", id, ""},
      {"docker/" + id, "docker", id, ""},
      {"/docker/" + id + "/", "docker", id, "/docker/" + id},
      {"/actions_job/" + id, "docker", id, ""},
      {"/docker/" + id + "/init.scope", "docker", id, "/docker/" + id},
      {"/docker/" + id + "/system.slice/ssh.service", "docker", id, "/docker/" + id},
      // Docker in docker: the innermost decides.
      {"/docker/" + id + "/docker/" + other, "docker", other, ""},
      {"/docker/" + id + "/docker/" + other + "/x", "docker", other,
       "/docker/" + id + "/docker/" + other},
      {"/docker/" + id + "/libpod_parent/libpod-" + other, "podman", other, ""},
      {"/system.slice/docker-" + id + ".scope/kubepods/pod1/" + other, "containerd",
       other, ""},
      // Kubernetes
      {"/kubepods/besteffort/pod01234567-89ab-cdef-0123-456789abcdef/" + id, "containerd",
       id, ""},
      {"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod1.slice/"
       "cri-containerd-"
           + id + ".scope",
       "containerd", id, ""},
      {"/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + id, "containerd", id, ""},
      {"/kubepods-burstable-pod1.slice:cri-containerd:" + id, "containerd", id, ""},
      {"/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:" + id,
       "containerd", id, ""},
      {"/a:cri-containerd:" + other + ":cri-containerd:" + id, "containerd", id, ""},
      {"/a:cri-containerd:not-hex", "", "", ""},
      {"/a:cri-containerd:", "", "", ""},
      {"/kubepods.slice/kubepods-pod1.slice/crio-" + id + ".scope", "crio", id, ""},
      {"/kubepods.slice/kubepods-pod1.slice/crio-" + id, "crio", id, ""},
      {"/kubepods.slice/kubepods-pod1.slice/crio-conmon-" + id + ".scope", "", "", ""},
      {"/kubepods.slice/kubepods-pod1.slice/crio-conmon-" + id, "", "", ""},
      {"/kubepods.slice/kubepods-besteffort.slice", "", "", ""},
      {"/kubepods/pod01234567-89ab-cdef-0123-456789abcdef", "", "", ""},
      // podman
      {"/machine.slice/libpod-" + id + ".scope", "podman", id, ""},
      {"/libpod_parent/libpod-" + id, "podman", id, ""},
      {"/machine.slice/libpod-" + id + ".scope/container", "podman", id,
       "/machine.slice/libpod-" + id + ".scope"},
      {"/machine.slice/libpod-conmon-" + id + ".scope", "", "", ""},
      {"/libpod_parent/libpod-conmon-" + id, "", "", ""},
      {"/machine.slice/libpod-payload-" + id, "", "", ""},
      {"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + id + ".scope",
       "podman", id, ""},
      {"/libpod-abc.scope", "podman", "abc", ""},
      {"/libpod-.scope", "", "", ""},
      {"/libpod-", "", "", ""},
      // A bare id
      {"/anything/" + id, "unknown", id, ""},
      {"/a/b/" + other + "/c", "unknown", other, "/a/b/" + other},
      {"/" + id, "", "", ""},
      {id, "", "", ""},
      {"//" + id, "", "", ""},
      {"/" + id + "/x", "", "", ""},
      {"/" + id + "/" + other, "unknown", other, ""},
      {"/docker/" + id.substr(1), "", "", ""},
      {"/docker/" + id + "a", "", "", ""},
      {"/docker/" + id.substr(1) + "g", "", "", ""},
      {"/docker/buildx/" + id, "unknown", id, ""},
      {"/podruntime/" + id, "containerd", id, ""},
      // garden
      {"/garden/" + garden, "garden", garden, ""},
      {"/" + garden, "garden", garden, ""},
      {"/garden/" + garden + "/x", "garden", garden, "/garden/" + garden},
      {"/garden/" + garden + "0", "", "", ""},
      {"/garden/6f265890-5165-7fab-6b52", "", "", ""},
      {"/garden/6f265890-5165-7fab-6b52-18dg", "", "", ""},
      {"/x/01234567-89ab-cdef-0123-456789abcdef", "", "", ""}, // A UUID.
      // systemd-nspawn, lxc
      {R"(/machine.slice/machine-web\x2d1.scope)", "systemd-nspawn", R"(web\x2d1)", ""},
      {"/machine.slice/machine-web.scope/payload/init.scope", "systemd-nspawn", "web",
       "/machine.slice/machine-web.scope"},
      {"/machine.slice/machine-.scope", "", "", ""},
      {"/machine.slice", "", "", ""},
      {"/machine.slice/machine-web.slice", "", "", ""},
      {"/lxc.payload.web-1", "lxc", "web-1", ""},
      {"/lxc.payload.web-1/init.scope", "lxc", "web-1", "/lxc.payload.web-1"},
      {"/lxc.payload.", "", "", ""},
      {"/lxc.monitor.web-1", "", "", ""},
      // The host
      {"", "", "", ""},
      {"/", "", "", ""},
      {"///", "", "", ""},
      {"/init.scope", "", "", ""},
      {"/docker", "", "", ""},
      {"/system.slice/docker.service", "", "", ""},
      {"/system.slice/docker-cleanup.service", "", "", ""},
      {"/user.slice/user-0.slice/session-1.scope", "", "", ""},
  };
  return all;
}

TEST(cgroup_path, TellsOfTheContainerThatADirectoryBelongsTo) {
  for (const auto& [path, runtime, its_id, own] : cases()) {
    const auto match = match_cgroup(path);
    ASSERT_EQ(match.has_value(), !runtime.empty()) << path;
    if (!match)
      continue;
    EXPECT_EQ(match->runtime, runtime) << path;
    EXPECT_EQ(match->id, its_id) << path;
    EXPECT_EQ(match->own_path, own.empty() ? path : own) << path;
    EXPECT_EQ(match->is_own, own.empty() || path == own + "/") << path;
  }
}

TEST(cgroup_path, SaysTheSameOfTheContainersOwnDirectory) {
  for (const auto& [path, runtime, its_id, own] : cases()) {
    const auto match = match_cgroup(path);
    if (!match)
      continue;
    const auto again = match_cgroup(match->own_path);
    ASSERT_TRUE(again) << path;
    EXPECT_TRUE(again->is_own);
    EXPECT_EQ(again->id, match->id);
    EXPECT_EQ(again->runtime, match->runtime);
  }
}

} // namespace

} // namespace vedette
