#include "bpf/rings.hpp"

#include <bpf/bpf.h>
#include <cerrno>
#include <string>
#include <unistd.h>

namespace vedette {

std::expected<std::vector<file_descriptor>, error>
make_rings(const kernel_config& config) {
  std::vector<file_descriptor> rings;
  const auto asked = std::to_string(config.shards) + " rings of "
                     + std::to_string(config.ring_bytes) + " bytes (rings.total in the "
                     + "configuration, divided among the shards)";
  // Asked before the kernel is, which would take seconds to find out.
  const auto memory = static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES))
                      * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  if (config.ring_bytes > memory / 2 / config.shards)
    return std::unexpected{
        error{ec::invalid_config, asked
                                      + " are more than half of the host's memory: at "
                                        "most "
                                      + std::to_string(memory / 2) + " bytes in all"}};
  for (unsigned shard = 0; shard < config.shards; ++shard) {
    rings.emplace_back(bpf_map_create(BPF_MAP_TYPE_RINGBUF, "vedette_ring", 0, 0,
                                      static_cast<__u32>(config.ring_bytes), nullptr));
    if (!rings.back().is_open())
      return std::unexpected{system_error(
          "the kernel refuses " + asked + " at number " + std::to_string(shard + 1)
              + ": make them smaller (a ring is at most 2147483648 bytes, and "
                "the memory of our cgroup must hold all)",
          errno)};
  }
  return rings;
}

} // namespace vedette
