#pragma once

#include "datasources/contract.hpp"
#include "datasources/source_handle.hpp"
#include "events/entity.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vedette {

/// `removed`: its cgroup directory is gone, or its runtime said so.
enum class container_state : std::uint8_t { created, running, removed };

/// As the runtime reports them, in its order.
struct container_labels {
  std::vector<std::pair<std::string, std::string>> all;

  bool operator==(const container_labels&) const = default;
};

/// A container as of a time. Texts that are not known are empty; `enrichment` tells
/// whether they are unknown yet, or there are none.
struct container_info {
  std::string id;   ///< Full.
  std::string name; ///< As the runtime names it, without a leading slash.
  std::string image;
  std::string image_digest;
  std::string runtime; ///< docker, containerd, crio, podman, …, unknown.
  time_ns ctime{};     ///< Creation of its own cgroup directory; 0: unknown.
  std::uint32_t pid = 0; ///< The host's, of its first process; 0: unknown.
  container_labels labels;
  std::string pod_id, pod_name, pod_namespace;
  bool pod_sandbox = false;
  container_state state = container_state::created;
  std::string enrichment; ///< `resolved`, `pending`, `failed: REASON` or `off`.

  bool operator==(const container_info&) const = default;
};

/// Ids may be cut to this length, as users copy them.
constexpr std::size_t container_prefix = 12;

/// What a key of a container is. `part`: too short for a prefix, and no name either.
enum class container_key_kind : std::uint8_t { none, cgroup, text, part };

/// A cgroup's id; or a container's id or a prefix of it, by hashes that are the process's
/// own: of the whole text, and of its beginning, by which candidates are found.
struct container_key {
  std::uint64_t id = 0;   ///< Cgroup, or hash of the text.
  std::uint32_t head = 0; ///< Hash of the text's first 12 bytes.
  std::uint16_t length = 0;
  container_key_kind kind = container_key_kind::none;

  bool operator==(const container_key&) const = default;

  static container_key of(cgroup_id cgroup) {
    const auto id = static_cast<std::uint64_t>(cgroup);
    return {id, 0, 0, id == 0 ? container_key_kind::none : container_key_kind::cgroup};
  }
  static container_key of(std::string_view id_or_prefix);
};

class containers_handle;

/// Data source `tracee/containers`, version 1.
struct containers {
  using key = container_key;
  using record = container_info;
  using handle = containers_handle;

  static const source_description& description();
  /// A string, or `{"cgroup":N}`.
  static std::expected<container_key, error> parse_key(const value& json);
  static value to_value(const container_info& record, time_ns as_of);
};

} // namespace vedette

template <>
struct std::hash<vedette::container_key> {
  std::size_t operator()(const vedette::container_key& key) const noexcept {
    return key.id ^ static_cast<std::size_t>(key.kind) << 56U;
  }
};

namespace vedette {

using containers_actor = source_actor<containers>;

/// What signatures ask with. Each `co_await` gives a get_result<container_info>.
class containers_handle {
public:
  containers_handle() = default;
  explicit containers_handle(source_handle<containers> gets) : gets_{gets} {}

  /// By full id, or a prefix of at least 12 characters. Errors: data_not_found, none has
  /// that id then, nor has the host, whose id is ""; key_not_supported, several have that
  /// prefix, or it is too short; expired; unavailable.
  [[nodiscard]] auto get(std::string_view id_or_prefix, time_ns as_of) const {
    return gets_.get(container_key::of(id_or_prefix), as_of);
  }
  /// The container that a cgroup directory belongs to: its own, or one below.
  [[nodiscard]] auto of_cgroup(cgroup_id cgroup, time_ns as_of) const {
    return gets_.get(container_key::of(cgroup), as_of);
  }

  [[nodiscard]] std::uint32_t version() const { return gets_.version(); }

private:
  source_handle<containers> gets_;
};

} // namespace vedette
