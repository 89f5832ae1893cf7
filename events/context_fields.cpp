#include "events/context_fields.hpp"

#include "events/same_key.hpp"

#include <iterator>

namespace vedette {

namespace {

#define IN_HEADER(member) offsetof(record_header, member)
#define IN_EXTENSION(member) offsetof(record_extension, member)

/// In the order in which json_writer.cpp writes them.
constexpr context_field fields[]{
    {"timestamp", field_shape::time, IN_HEADER(time_ns)},
    {"threadStartTime", field_shape::time, IN_HEADER(thread_start_ns)},
    {"processorId", field_shape::unsigned16, IN_HEADER(cpu)},
    {"processId", field_shape::unsigned32, IN_HEADER(ns_tgid)},
    {"cgroupId", field_shape::unsigned64, IN_HEADER(cgroup_id)},
    {"threadId", field_shape::unsigned32, IN_HEADER(ns_tid)},
    {"parentProcessId", field_shape::unsigned32, IN_HEADER(ns_ppid)},
    {"hostProcessId", field_shape::unsigned32, IN_HEADER(host_tgid)},
    {"hostThreadId", field_shape::unsigned32, IN_HEADER(host_tid)},
    {"hostParentProcessId", field_shape::unsigned32, IN_HEADER(host_ppid)},
    {"userId", field_shape::unsigned32, IN_HEADER(uid)},
    {"mountNamespace", field_shape::unsigned32, IN_HEADER(mnt_ns)},
    {"pidNamespace", field_shape::unsigned32, IN_HEADER(pid_ns)},
    {"processName", field_shape::text, process_name_text},
    {"executable", field_shape::executable, executable_text},
    {"hostName", field_shape::text, host_name_text},
    {"containerId", field_shape::text, container_id_text},
    {"container", field_shape::object, container_json},
    {"kubernetes", field_shape::object, kubernetes_json},
    {"eventId", field_shape::event_id, 0},
    {"eventName", field_shape::text, name_text},
    {"matchedPolicies", field_shape::list, policies_json},
    {"argsNum", field_shape::ignored_number, 0},
    {"returnValue", field_shape::signed64, IN_HEADER(return_value)},
    {"syscall", field_shape::text, syscall_text},
    {"stackAddresses", field_shape::list, stack_json},
    {"contextFlags", field_shape::flags, 0},
    {"threadEntityId", field_shape::entity, IN_EXTENSION(thread_entity)},
    {"processEntityId", field_shape::entity, IN_EXTENSION(process_entity)},
    {"parentEntityId", field_shape::entity, IN_EXTENSION(parent_entity)},
    {"args", field_shape::arguments, 0},
    {"metadata", field_shape::object, metadata_json},
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

} // namespace

const context_field* first_field() {
  return std::begin(fields);
}

const context_field* find_field(std::string_view key, const context_field*& expected) {
  static constexpr auto hash = make_key_hash();
  if (expected != std::end(fields) && same_key(expected->key, key))
    return expected++;
  if (key.empty())
    return nullptr;
  const auto place = hash.field_at[hash(key)];
  if (place == no_field || !same_key(fields[place].key, key))
    return nullptr;
  expected = fields + place;
  return expected++;
}

std::string_view expectation(field_shape shape) {
  switch (shape) {
  case field_shape::time:
    return "a whole number of ns since the epoch";
  case field_shape::unsigned64:
  case field_shape::entity:
    return "a whole number from 0 to 2^64 - 1";
  case field_shape::unsigned32:
    return "a whole number from 0 to 2^32 - 1";
  case field_shape::unsigned16:
    return "a whole number from 0 to 65535";
  case field_shape::signed64:
  case field_shape::ignored_number:
    return "a whole number of 64 bits";
  case field_shape::text:
    return "a string";
  case field_shape::list:
  case field_shape::arguments:
    return "a list";
  case field_shape::object:
    return "an object";
  case field_shape::executable:
    return "an object with a path";
  case field_shape::event_id:
    return "a string of a whole number";
  case field_shape::flags:
    return "an object of true and false";
  }
  return "known";
}

} // namespace vedette
