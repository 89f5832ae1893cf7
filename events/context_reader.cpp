#include "events/context_reader.hpp"

#include "events/dom_json.hpp"
#include "events/flag_names.hpp"
#include "events/same_key.hpp"
#include "events/syscall_names.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace vedette {

namespace {

using simdjson::dom::element;

template <class Integer, class Record>
bool store_unsigned(Record& record, std::size_t offset, element from) {
  std::uint64_t number = 0;
  if (from.get(number) != simdjson::SUCCESS
      || number > std::numeric_limits<Integer>::max())
    return false;
  const auto narrow = static_cast<Integer>(number);
  std::memcpy(reinterpret_cast<char*>(&record) + offset, &narrow, sizeof(narrow));
  return true;
}

} // namespace

bool context_reader::read(simdjson::dom::object line, std::string& reason) {
  *this = {};
  const auto* expected = first_field();
  for (const auto member : line) {
    const auto* found = find_field(member.key, expected);
    if (found == nullptr || read_field(*found, member.value))
      continue;
    reason = "'" + std::string{member.key} + "': " + shown(member.value) + " is not ";
    reason += expectation(found->shape);
    return false;
  }
  return true;
}

bool context_reader::read_field(const context_field& field, element from) {
  const auto place = field.place;
  switch (field.shape) {
  case field_shape::text:
    return from.get(texts_[place]) == simdjson::SUCCESS;
  case field_shape::list:
    return read_raw(place, from, from.is_array());
  case field_shape::object:
    return read_raw(place, from, from.is_object());
  case field_shape::executable:
    return read_path(from);
  case field_shape::event_id:
    return read_event_id(from);
  case field_shape::flags:
    return read_flags(from);
  case field_shape::arguments:
    args_ = from.is_null() ? std::nullopt : std::optional{from};
    return from.is_null() || from.is_array();
  default:
    return read_number(field, from);
  }
}

bool context_reader::read_number(const context_field& field, element from) {
  const auto place = field.place;
  std::int64_t number = 0;
  switch (field.shape) {
  case field_shape::time:
    has_time_ |= place == offsetof(record_header, time_ns);
    return store_unsigned<std::uint64_t>(header_, place, from) && from.is_int64();
  case field_shape::unsigned64:
    return store_unsigned<std::uint64_t>(header_, place, from);
  case field_shape::unsigned32:
    return store_unsigned<std::uint32_t>(header_, place, from);
  case field_shape::unsigned16:
    return store_unsigned<std::uint16_t>(header_, place, from);
  case field_shape::entity:
    return store_unsigned<std::uint64_t>(extension_, place, from);
  default:
    if (from.get(number) != simdjson::SUCCESS)
      return false;
    if (field.shape == field_shape::signed64)
      header_.return_value = number;
    return true;
  }
}

bool context_reader::read_raw(std::size_t place, element from, bool is_right) {
  // `matchedPolicies` says null where no policy is meant; elsewhere null is absent.
  if (is_right || (from.is_null() && place == policies_json))
    raws_[place] = from;
  if (place == container_json && is_right && texts_[container_id_text].empty())
    read_container_id(from);
  return is_right || from.is_null();
}

/// Newer recordings have it there only.
void context_reader::read_container_id(element container) {
  std::string_view id;
  if (container["id"].get(id) == simdjson::SUCCESS)
    texts_[container_id_text] = id;
}

bool context_reader::read_flags(element from) {
  simdjson::dom::object flags;
  if (from.get(flags) != simdjson::SUCCESS)
    return from.is_null();
  for (const auto member : flags) {
    const auto flag = same_key(member.key, "containerStarted")
                          ? RECORD_CONTAINER_STARTED
                      : same_key(member.key, "isCompat") ? RECORD_COMPAT
                                                         : 0;
    auto is_set = false;
    if (flag != 0 && member.value.get(is_set) != simdjson::SUCCESS)
      return false;
    if (is_set)
      header_.flags = static_cast<__u16>(header_.flags | flag);
  }
  return true;
}

bool context_reader::read_path(element from) {
  simdjson::dom::object executable;
  if (from.get(executable) != simdjson::SUCCESS)
    return from.is_null();
  element path;
  return executable["path"].get(path) != simdjson::SUCCESS
         || path.get(texts_[executable_text]) == simdjson::SUCCESS;
}

bool context_reader::read_event_id(element from) {
  std::optional<std::int64_t> number;
  if (std::int64_t plain = 0; from.get(plain) == simdjson::SUCCESS)
    number = plain;
  else if (std::string_view digits; from.get(digits) == simdjson::SUCCESS)
    number = parse_number(digits);
  extension_.event_id = number.value_or(0);
  return number.has_value();
}

void context_reader::store(record_buffer& record, bool known_event) const {
  record.header = header_;
  record.extension = extension_;
  for (std::size_t i = known_event ? 1 : 0; i < texts_.size(); ++i)
    record.extension.*text_places[i] = record.append(texts_[i]);
  for (std::size_t i = 0; i < raws_.size(); ++i) {
    if (!raws_[i])
      continue;
    const auto begin = record.bytes().size();
    append_json(record.bytes(), *raws_[i]);
    record.extension.*raw_places[i] = record.since(begin);
  }
  auto& header = record.header;
  const auto comm = texts_[process_name_text].substr(0, sizeof(header.comm) - 1);
  std::ranges::copy(comm, header.comm);
  // Of another thread's leader the line does not say when it began.
  header.leader_start_ns =
      header.host_tid == header.host_tgid ? header.thread_start_ns : 0;
  header.loginuid =
      std::numeric_limits<__u32>::max(); // Not set, as the kernel says it.
  const auto compat = (header.flags & RECORD_COMPAT) != 0;
  header.syscall = syscall_number(texts_[syscall_text], compat).value_or(-1);
}

} // namespace vedette
