#pragma once

#include "events/record.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace vedette {

/// A record with an extension under construction, in memory that is used again. Texts
/// go to the end of it at once; header, slots and extension before them when it is
/// finished.
class record_buffer {
public:
  record_header header{};
  record_extension extension{};
  std::array<record_slot, RECORD_ARGS_MAX> slots{};

  void start(std::size_t arg_count) {
    if (bytes_.capacity() > kept)
      bytes_ = {};
    arg_count_ = arg_count;
    std::fill_n(slots.begin(), arg_count, record_slot{}); // Not what was there before.
    bytes_.resize(extension_at() + sizeof(extension));
  }

  /// For appending to; offsets into it are offsets into the record.
  [[nodiscard]] std::string& bytes() { return bytes_; }

  /// What has been appended since the bytes were `begin` long.
  [[nodiscard]] record_bytes since(std::size_t begin) const {
    return {static_cast<__u32>(begin), static_cast<__u32>(bytes_.size() - begin)};
  }

  record_bytes append(std::string_view text) {
    const auto begin = bytes_.size();
    bytes_ += text;
    return since(begin);
  }

  /// The whole, aligned as a record must be: std::string's memory comes from operator
  /// new. Valid until start().
  std::span<const std::byte> finish() {
    header.size = static_cast<__u32>(bytes_.size());
    header.arg_count = static_cast<__u16>(arg_count_);
    header.extension = static_cast<__u32>(extension_at());
    auto* to = bytes_.data();
    std::memcpy(to, &header, sizeof(header));
    std::memcpy(to + sizeof(header), slots.data(), arg_count_ * sizeof(record_slot));
    std::memcpy(to + extension_at(), &extension, sizeof(extension));
    return std::as_bytes(std::span{bytes_});
  }

private:
  static constexpr std::size_t kept = std::size_t{1} << 20U;

  [[nodiscard]] std::size_t extension_at() const {
    return sizeof(header) + arg_count_ * sizeof(record_slot);
  }

  std::size_t arg_count_ = 0;
  std::string bytes_;
};

} // namespace vedette
