#pragma once

#include "events/definitions.hpp"
#include "events/record.h"

#include <cstddef>
#include <cstring>
#include <linux/bpf.h>
#include <span>
#include <vector>

namespace vedette {

/// A record as the kernel side makes it: security_file_open of /etc/pass"wd.
struct sample_record {
  static constexpr std::size_t slot_count = 6;

  record_header header{};
  record_slot slots[slot_count]{};
  char bytes[16] = "/etc/pass\"wd";

  sample_record() {
    namespace opened = events::security_file_open;
    header.size = sizeof(sample_record);
    header.kind = static_cast<__u16>(opened::kind);
    header.arg_count = slot_count;
    header.present = 1U << opened::pathname::slot | 1U << opened::flags::slot;
    header.references = 1U << opened::pathname::slot;
    header.truncated = 1U << opened::pathname::slot;
    slots[opened::pathname::slot].bytes = {offsetof(sample_record, bytes), 12};
    slots[opened::flags::slot].value = 2;
    std::strcpy(header.comm, "cat");
  }
  [[nodiscard]] std::span<const std::byte> as_bytes() const {
    return std::as_bytes(std::span{this, 1});
  }
};

/// What a ring would hold: samples in frames, with `bits` in the length of each.
inline std::vector<std::byte> framed(int count, std::uint32_t bits = 0) {
  std::vector<std::byte> bytes;
  for (auto i = 0; i < count; ++i) {
    const std::uint32_t word[2] = {std::uint32_t{sizeof(sample_record)} | bits, 0};
    const sample_record record;
    const auto head = std::as_bytes(std::span{word});
    bytes.insert(bytes.end(), head.begin(), head.end());
    bytes.insert(bytes.end(), record.as_bytes().begin(), record.as_bytes().end());
  }
  return bytes;
}

/// From one of them to the next.
inline constexpr auto frame_step = BPF_RINGBUF_HDR_SZ + sizeof(sample_record);

} // namespace vedette
