#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>
#include <vector>

// What the data source wants to know from container runtimes, and what they say.
namespace vedette {

/// A container that was seen in a cgroup, but whose name and image only its runtime knows.
struct container_question {
  std::string container_id; ///< Full id.
  std::string runtime; ///< As its cgroup tells: docker, podman, containerd, crio, unknown.

  bool operator==(const container_question&) const = default;
};

/// What a runtime says about a container. What it does not say is empty.
struct container_facts {
  std::string runtime; ///< Who answered, by the names of the spec.
  std::string name;    ///< Without a leading slash.
  std::string image;   ///< Tag form: `nginx:1.27`.
  std::string image_digest; ///< `repo@sha256:…`
  std::uint32_t pid = 0;    ///< The host's, of its first process.
  std::vector<std::pair<std::string, std::string>> labels;
  std::string pod_id, pod_name, pod_namespace;
  bool pod_sandbox = false;

  bool operator==(const container_facts&) const = default;
};

/// The answer to a question, or why there is none: `docker: no answer within 2s`.
struct container_answer {
  std::string container_id;
  std::expected<container_facts, std::string> facts;
};

} // namespace vedette
