#include "bpf/map_seal.hpp"

#include "bpf/skeleton.hpp"

#include <cstring>

namespace vedette {

namespace {

constexpr const char* sealed_names[]{"filter",
                                     "table of system calls",
                                     "handlers of system calls",
                                     "rings",
                                     "filters of events",
                                     "texts of filters",
                                     "names of filters",
                                     "numbers of filters"};

/// Every element: of programs and of maps the kernel gives their ids.
std::vector<std::byte> elements(const bpf_map* map) {
  const auto fd = bpf_map__fd(map);
  const auto size = std::size_t{bpf_map__value_size(map)};
  const auto count = bpf_map__max_entries(map);
  std::vector<std::byte> result(size * count); // Zeros where there is none.
  for (__u32 key = 0; key < count; ++key)
    bpf_map_lookup_elem(fd, &key, result.data() + size * key);
  return result;
}

/// Keys and values, in the order in which the kernel has them.
std::vector<std::byte> pairs(const bpf_map* map) {
  const auto fd = bpf_map__fd(map);
  const auto key_size = bpf_map__key_size(map), value_size = bpf_map__value_size(map);
  std::vector<std::byte> result, key(key_size), next(key_size);
  const void* before = nullptr;
  while (bpf_map_get_next_key(fd, before, next.data()) == 0) {
    key = next;
    before = key.data();
    result.insert(result.end(), key.begin(), key.end());
    result.resize(result.size() + value_size);
    bpf_map_lookup_elem(fd, key.data(), &*(result.end() - value_size));
  }
  return result;
}

} // namespace

std::vector<map_seal::content> map_seal::read(const vedette_bpf& skeleton) {
  content filter(sizeof(skeleton.bss->filter));
  std::memcpy(filter.data(), &skeleton.bss->filter, filter.size());
  return {std::move(filter),
          elements(skeleton.maps.syscalls),
          elements(skeleton.maps.handlers),
          elements(skeleton.maps.rings),
          elements(skeleton.maps.rules),
          pairs(skeleton.maps.rule_texts),
          pairs(skeleton.maps.rule_names),
          pairs(skeleton.maps.rule_numbers)};
}

map_seal::map_seal(const vedette_bpf& skeleton) : sealed_{read(skeleton)} {}

std::vector<std::string> map_seal::broken(const vedette_bpf& skeleton) const {
  std::vector<std::string> result;
  const auto now = read(skeleton);
  for (std::size_t i = 0; i < sealed_.size(); ++i)
    if (now[i] != sealed_[i])
      result.push_back("somebody else wrote to the map of the "
                       + std::string{sealed_names[i]} + ": restart to set it up again");
  return result;
}

} // namespace vedette
