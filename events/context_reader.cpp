#include "events/context_reader.hpp"

#include "events/dom_json.hpp"
#include "events/syscall_names.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <limits>

namespace vedette {

namespace {

using simdjson::dom::element;

enum class shape : std::uint8_t {
  time,
  unsigned64,
  unsigned32,
  unsigned16,
  signed64,
  ignored_number,
  entity,
  text,
  list,   ///< Kept as JSON.
  object, ///< Kept as JSON.
  executable,
  event_id,
  flags,
  arguments,
};

/// Where texts and JSON go in the extension. The event's name goes there only if it is not
/// in the table.
constexpr std::array text_places{
    &record_extension::name,         &record_extension::process_name,
    &record_extension::executable,   &record_extension::host_name,
    &record_extension::container_id, &record_extension::syscall};
enum text_place : std::uint8_t {
  name_text,
  process_name_text,
  executable_text,
  host_name_text,
  container_id_text,
  syscall_text,
};
constexpr std::array raw_places{
    &record_extension::container, &record_extension::kubernetes,
    &record_extension::policies, &record_extension::stack, &record_extension::metadata};
enum raw_place : std::uint8_t {
  container_json,
  kubernetes_json,
  policies_json,
  stack_json,
  metadata_json,
};

struct field {
  std::string_view key;
  shape form;
  /// Offset of a number in the header, of an entity in the extension; place of the others.
  std::uint16_t place;
};

#define IN_HEADER(member) offsetof(record_header, member)
#define IN_EXTENSION(member) offsetof(record_extension, member)

/// In the order in which json_writer.cpp writes them: see find_field().
constexpr field fields[]{
    {"timestamp", shape::time, IN_HEADER(time_ns)},
    {"threadStartTime", shape::time, IN_HEADER(thread_start_ns)},
    {"processorId", shape::unsigned16, IN_HEADER(cpu)},
    {"processId", shape::unsigned32, IN_HEADER(ns_tgid)},
    {"cgroupId", shape::unsigned64, IN_HEADER(cgroup_id)},
    {"threadId", shape::unsigned32, IN_HEADER(ns_tid)},
    {"parentProcessId", shape::unsigned32, IN_HEADER(ns_ppid)},
    {"hostProcessId", shape::unsigned32, IN_HEADER(host_tgid)},
    {"hostThreadId", shape::unsigned32, IN_HEADER(host_tid)},
    {"hostParentProcessId", shape::unsigned32, IN_HEADER(host_ppid)},
    {"userId", shape::unsigned32, IN_HEADER(uid)},
    {"mountNamespace", shape::unsigned32, IN_HEADER(mnt_ns)},
    {"pidNamespace", shape::unsigned32, IN_HEADER(pid_ns)},
    {"processName", shape::text, process_name_text},
    {"executable", shape::executable, executable_text},
    {"hostName", shape::text, host_name_text},
    {"containerId", shape::text, container_id_text},
    {"container", shape::object, container_json},
    {"kubernetes", shape::object, kubernetes_json},
    {"eventId", shape::event_id, 0},
    {"eventName", shape::text, name_text},
    {"matchedPolicies", shape::list, policies_json},
    {"argsNum", shape::ignored_number, 0},
    {"returnValue", shape::signed64, IN_HEADER(return_value)},
    {"syscall", shape::text, syscall_text},
    {"stackAddresses", shape::list, stack_json},
    {"contextFlags", shape::flags, 0},
    {"threadEntityId", shape::entity, IN_EXTENSION(thread_entity)},
    {"processEntityId", shape::entity, IN_EXTENSION(process_entity)},
    {"parentEntityId", shape::entity, IN_EXTENSION(parent_entity)},
    {"args", shape::arguments, 0},
    {"metadata", shape::object, metadata_json},
};

constexpr auto no_field = std::size(fields);

/// A hash of keys without collisions, its factors found by the compiler.
struct key_hash {
  static constexpr std::size_t places = 256;
  std::array<std::uint8_t, places> field_at{};
  std::size_t factor = 1;

  [[nodiscard]] constexpr std::size_t operator()(std::string_view key) const {
    const auto at = [key](std::size_t i) -> std::size_t {
      return static_cast<unsigned char>(key[i]);
    };
    const auto mixed = (key.size() * 7 + at(0)) * factor + at(key.size() / 2);
    return (mixed * factor + at(key.size() - 1)) % places;
  }
};

consteval key_hash make_key_hash() {
  for (key_hash hash;; ++hash.factor) {
    hash.field_at.fill(no_field);
    auto is_perfect = true;
    for (std::size_t i = 0; i < std::size(fields) && is_perfect; ++i) {
      auto& place = hash.field_at[hash(fields[i].key)];
      is_perfect = place == no_field;
      place = static_cast<std::uint8_t>(i);
    }
    if (is_perfect)
      return hash;
  }
}

/// Our own output and Tracee's have the keys in one order: a guess that costs one compare.
std::size_t find_field(std::string_view key, std::size_t expected) {
  static constexpr auto hash = make_key_hash();
  if (expected < std::size(fields) && fields[expected].key == key)
    return expected;
  if (key.empty())
    return no_field;
  const auto found = hash.field_at[hash(key)];
  return found != no_field && fields[found].key == key ? found : no_field;
}

std::string_view expectation(shape form) {
  switch (form) {
  case shape::time:
    return "a whole number of ns since the epoch";
  case shape::unsigned64:
  case shape::entity:
    return "a whole number from 0 to 2^64 - 1";
  case shape::unsigned32:
    return "a whole number from 0 to 2^32 - 1";
  case shape::unsigned16:
    return "a whole number from 0 to 65535";
  case shape::signed64:
  case shape::ignored_number:
    return "a whole number of 64 bits";
  case shape::text:
    return "a string";
  case shape::list:
  case shape::arguments:
    return "a list";
  case shape::object:
    return "an object";
  case shape::executable:
    return "an object with a path";
  case shape::event_id:
    return "a string of a whole number";
  case shape::flags:
    return "an object of true and false";
  }
  return "known";
}

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
  std::size_t expected = 0;
  for (const auto member : line) {
    const auto found = find_field(member.key, expected);
    if (found == no_field)
      continue;
    expected = found + 1;
    if (read_field(found, member.value))
      continue;
    reason = "'" + std::string{member.key} + "': " + shown(member.value) + " is not ";
    reason += expectation(fields[found].form);
    return false;
  }
  return true;
}

bool context_reader::read_field(std::size_t field, element from) {
  const auto& [key, form, place] = fields[field];
  switch (form) {
  case shape::text:
    return from.get(texts_[place]) == simdjson::SUCCESS;
  case shape::list:
    return read_raw(place, from, from.is_array());
  case shape::object:
    return read_raw(place, from, from.is_object());
  case shape::executable:
    return read_path(from);
  case shape::event_id:
    return read_event_id(from);
  case shape::flags:
    return read_flags(from);
  case shape::arguments:
    args_ = from.is_null() ? std::nullopt : std::optional{from};
    return from.is_null() || from.is_array();
  default:
    return read_number(field, from);
  }
}

bool context_reader::read_number(std::size_t field, element from) {
  const auto& [key, form, place] = fields[field];
  std::int64_t number = 0;
  switch (form) {
  case shape::time:
    has_time_ |= place == IN_HEADER(time_ns);
    return store_unsigned<std::uint64_t>(header_, place, from) && from.is_int64();
  case shape::unsigned64:
    return store_unsigned<std::uint64_t>(header_, place, from);
  case shape::unsigned32:
    return store_unsigned<std::uint32_t>(header_, place, from);
  case shape::unsigned16:
    return store_unsigned<std::uint16_t>(header_, place, from);
  case shape::entity:
    return store_unsigned<std::uint64_t>(extension_, place, from);
  default:
    if (from.get(number) != simdjson::SUCCESS)
      return false;
    if (form == shape::signed64)
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
    const auto flag = member.key == "containerStarted" ? RECORD_CONTAINER_STARTED
                      : member.key == "isCompat"       ? RECORD_COMPAT
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
  std::string_view digits;
  std::int64_t number = 0;
  auto is_right = from.get(number) == simdjson::SUCCESS;
  if (from.get(digits) == simdjson::SUCCESS) {
    const auto* const end = digits.data() + digits.size();
    const auto [stop, failure] = std::from_chars(digits.data(), end, number);
    is_right = failure == std::errc{} && stop == end;
  }
  extension_.event_id = number;
  return is_right;
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
  header.loginuid = std::numeric_limits<__u32>::max(); // Not set, as the kernel says it.
  const auto compat = (header.flags & RECORD_COMPAT) != 0;
  header.syscall = syscall_number(texts_[syscall_text], compat).value_or(-1);
}

} // namespace vedette
