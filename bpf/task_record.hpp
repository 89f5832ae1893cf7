#pragma once

#include "events/definitions.hpp"
#include "events/record.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace vedette {

/// A task_begin record that user space makes or completes.
class task_record {
public:
  /// Nothing known yet.
  task_record() : bytes_(sizeof(record_header) + arguments() * sizeof(record_slot)) {
    header().kind = static_cast<__u16>(event_kind::task_begin);
    header().arg_count = static_cast<__u16>(arguments());
    header().size = static_cast<__u32>(bytes_.size());
    header().syscall = -1;
  }
  /// One that check_record() has accepted.
  explicit task_record(std::span<const std::byte> record)
      : bytes_{record.begin(), record.end()} {}

  [[nodiscard]] record_header& header() {
    return *reinterpret_cast<record_header*>(bytes_.data());
  }
  [[nodiscard]] const record_header& header() const {
    return *reinterpret_cast<const record_header*>(bytes_.data());
  }

  template <class Argument>
  void put(std::uint64_t number) {
    slot(Argument::slot).value = number;
    header().present |= bit<Argument>();
  }
  template <class Argument>
  void put(std::string_view text, bool cut = false) {
    const auto begin = bytes_.size();
    const auto* from = reinterpret_cast<const std::byte*>(text.data());
    bytes_.insert(bytes_.end(), from, from + text.size());
    slot(Argument::slot).bytes = {static_cast<__u32>(begin),
                                  static_cast<__u32>(text.size())};
    header().present |= bit<Argument>();
    header().references |= bit<Argument>();
    header().truncated |= cut ? bit<Argument>() : 0;
    header().size = static_cast<__u32>(bytes_.size());
  }
  /// Of a scalar argument.
  template <class Argument>
  [[nodiscard]] std::optional<std::uint64_t> get() const {
    if ((header().present & bit<Argument>()) == 0)
      return {};
    return reinterpret_cast<const record_slot*>(&header() + 1)[Argument::slot].value;
  }

  /// Aligned as a record must be: a vector's memory comes from operator new.
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

private:
  static std::size_t arguments() {
    return definition_of(event_kind::task_begin).args.size();
  }
  template <class Argument>
  static constexpr std::uint64_t bit() {
    static_assert(Argument::kind == event_kind::task_begin);
    return std::uint64_t{1} << Argument::slot;
  }
  [[nodiscard]] record_slot& slot(std::size_t index) {
    return reinterpret_cast<record_slot*>(&header() + 1)[index];
  }

  std::vector<std::byte> bytes_;
};

} // namespace vedette
