#include "events/record_check.hpp"

#include "events/definitions.hpp"

#include <array>
#include <bit>

namespace vedette {

namespace {

bool is_inside(const record_header& header, record_bytes range) {
  return range.offset <= header.size && range.length <= header.size - range.offset;
}

/// Bit per slot that must refer to bytes if it is present.
std::array<std::uint64_t, event_kinds> make_reference_masks() {
  std::array<std::uint64_t, event_kinds> masks{};
  for (const auto& event : event_definitions())
    for (std::size_t slot = 0; slot < event.args.size(); ++slot)
      if (storage_of(event.args[slot].type) != arg_storage::scalar)
        masks[static_cast<std::size_t>(event.kind)] |= std::uint64_t{1} << slot;
  return masks;
}

corruption check_slots(const record_header& header) {
  static const auto masks = make_reference_masks();
  const auto known = header.kind < event_kinds;
  const auto most =
      known ? definition_of(event_kind{header.kind}).args.size() : std::size_t{0};
  const auto used = static_cast<unsigned>(std::bit_width(
      header.present | header.references | header.truncated | header.unresolved));
  if (header.arg_count > most || used > header.arg_count
      || sizeof(header) + header.arg_count * sizeof(record_slot) > header.size)
    return corruption::slots;
  if (header.references != (known ? masks[header.kind] & header.present : 0))
    return corruption::reference;
  const auto* slots = reinterpret_cast<const record_slot*>(&header + 1);
  for (auto left = header.references; left != 0; left &= left - 1)
    if (!is_inside(header, slots[std::countr_zero(left)].bytes))
      return corruption::reference;
  return corruption::none;
}

corruption check_extension(const record_header& header) {
  if (header.extension == 0)
    return header.kind == RECORD_unknown ? corruption::kind : corruption::none;
  const record_bytes whole{header.extension, sizeof(record_extension)};
  if (header.extension % alignof(record_extension) != 0
      || header.extension < sizeof(record_header) || !is_inside(header, whole))
    return corruption::reference;
  const auto& found = *reinterpret_cast<const record_extension*>(
      reinterpret_cast<const std::byte*>(&header) + header.extension);
  for (const auto& text :
       {found.name, found.process_name, found.executable, found.host_name,
        found.container_id, found.syscall, found.container, found.kubernetes,
        found.policies, found.stack, found.metadata, found.arguments})
    if (!is_inside(header, text))
      return corruption::reference;
  return corruption::none;
}

} // namespace

std::string_view to_string(corruption what) {
  switch (what) {
  case corruption::none:
    return "nothing is wrong";
  case corruption::misaligned:
    return "does not begin at a multiple of 8";
  case corruption::size:
    return "is not as long as it says";
  case corruption::kind:
    return "is of no known event";
  case corruption::slots:
    return "has more arguments than its event";
  case corruption::reference:
    return "refers to bytes outside of itself";
  }
  return "is corrupt";
}

corruption check_record(std::span<const std::byte> bytes) {
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(record_header) != 0)
    return corruption::misaligned;
  if (bytes.size() < sizeof(record_header))
    return corruption::size;
  const auto& header = *reinterpret_cast<const record_header*>(bytes.data());
  if (header.size != bytes.size())
    return corruption::size;
  if (header.kind >= event_kinds && header.kind != RECORD_unknown)
    return corruption::kind;
  if (const auto wrong = check_slots(header); wrong != corruption::none)
    return wrong;
  return check_extension(header);
}

} // namespace vedette
