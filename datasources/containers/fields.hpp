#pragma once

#include "datasources/containers/containers.hpp"
#include "datasources/reflection.hpp"

#include <tuple>

// The record as JSON and JSON Schema: spec/data-sources.md section 2.
namespace vedette {

/// `created`, `running` or `removed`.
template <>
struct json_form<container_state> {
  static value to(container_state state);
  static value::object schema();
};

/// An object of strings.
template <>
struct json_form<container_labels> {
  static value to(const container_labels& labels);
  static value::object schema();
};

template <>
struct fields_of<container_info> {
  using info = container_info;
  static constexpr auto list = std::tuple{
      field{"container_id", &info::id, "Full id."},
      field{"container_name", &info::name,
            "As the runtime names it, without a leading slash."},
      field{"container_image", &info::image, "Tag form."},
      field{"container_image_digest", &info::image_digest,
            "repo@sha256:…, where known."},
      field{"container_runtime", &info::runtime,
            "docker, containerd, crio, podman, systemd-nspawn, lxc, garden, unknown."},
      field{"container_ctime", &info::ctime,
            "Creation of its own cgroup directory, ns since the epoch; 0: unknown."},
      field{"container_pid", &info::pid,
            "Of its first process, in the host's pid namespace; 0: unknown."},
      field{"container_labels", &info::labels, "As the runtime reports them."},
      field{"k8s_pod_id", &info::pod_id, "From the runtime's labels."},
      field{"k8s_pod_name", &info::pod_name, "From the runtime's labels."},
      field{"k8s_pod_namespace", &info::pod_namespace, "From the runtime's labels."},
      field{"k8s_pod_sandbox", &info::pod_sandbox, "A pod's pause container."},
      field{"state", &info::state, "created, running or removed."},
      field{"enrichment", &info::enrichment,
            "resolved; pending: unknown yet; failed: and why; off: nobody is asked."}};
};

} // namespace vedette
