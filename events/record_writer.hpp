#pragma once

#include "events/definitions.hpp"
#include "events/record.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace vedette {

/// A record that user space makes: about no task, unless its header is told so.
class record_writer {
public:
  /// Times are as in the batch that it goes into.
  record_writer(event_kind kind, std::uint64_t raw_ns) {
    const auto args = definition_of(kind).args.size();
    bytes_.resize(sizeof(record_header) + args * sizeof(record_slot));
    header().kind = static_cast<std::uint16_t>(kind);
    header().time_ns = raw_ns;
    header().arg_count = static_cast<std::uint16_t>(args);
    header().syscall = -1;
  }

  template <class Argument>
  void number(std::uint64_t value) {
    slot<Argument>().value = value;
  }
  template <class Argument>
  void text(std::string_view value) {
    const auto offset = static_cast<std::uint32_t>(bytes_.size());
    bytes_.resize(bytes_.size() + value.size());
    if (!value.empty())
      std::memcpy(bytes_.data() + offset, value.data(), value.size());
    slot<Argument>().bytes = {offset, static_cast<std::uint32_t>(value.size())};
    header().references |= std::uint64_t{1} << Argument::slot;
  }
  /// What is not known is absent.
  template <class Argument>
  void text_if_any(std::string_view value) {
    if (!value.empty())
      text<Argument>(value);
  }

  record_header& header() { return *reinterpret_cast<record_header*>(bytes_.data()); }

  std::vector<std::byte> take() {
    header().size = static_cast<std::uint32_t>(bytes_.size());
    return std::move(bytes_);
  }

private:
  template <class Argument>
  record_slot& slot() {
    header().present |= std::uint64_t{1} << Argument::slot;
    return reinterpret_cast<record_slot*>(&header() + 1)[Argument::slot];
  }

  std::vector<std::byte> bytes_;
};

} // namespace vedette
