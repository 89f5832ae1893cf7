#include "events/argument_reader.hpp"

#include "events/argument_value.hpp"
#include "events/dom_json.hpp"
#include "events/same_key.hpp"

namespace vedette {

namespace {

using simdjson::dom::element;

/// What is wrong, or null.
const char* read_member(argument_json& to, std::string_view key, element from) {
  if (same_key(key, "name"))
    return from.get(to.name) == simdjson::SUCCESS ? nullptr
                                                  : "has a name that is no string";
  if (same_key(key, "type"))
    return from.get(to.type) == simdjson::SUCCESS ? nullptr
                                                  : "has a type that is no string";
  if (same_key(key, "value")) {
    to.value = from;
    to.has_value = !from.is_null();
  } else if (same_key(key, "valueBytes")) {
    to.value_bytes = from;
    to.has_bytes = !from.is_null();
  } else if (same_key(key, "truncated")) {
    return from.get(to.truncated) == simdjson::SUCCESS
               ? nullptr
               : "has a 'truncated' that is neither true nor false";
  } else if (same_key(key, "unresolved")) {
    return from.get(to.unresolved) == simdjson::SUCCESS
               ? nullptr
               : "has an 'unresolved' that is neither true nor false";
  }
  return nullptr;
}

const char* read_members(argument_json& to, element from) {
  simdjson::dom::object members;
  if (from.get(members) != simdjson::SUCCESS)
    return "is not an object";
  to.whole = from;
  for (const auto member : members)
    if (const auto* wrong = read_member(to, member.key, member.value))
      return wrong;
  return to.name.empty() ? "has no name" : nullptr;
}

std::uint64_t bit(std::size_t slot, bool is_set) {
  return is_set ? std::uint64_t{1} << slot : 0;
}

} // namespace

bool argument_reader::read(element args, std::string_view event,
                           const event_definition* definition, record_buffer& record,
                           std::string& reason) {
  definition_ = definition;
  event_ = event;
  record_ = &record;
  reason_ = &reason;
  unknown_.clear();
  std::size_t expected = 0;
  for (const auto item : simdjson::dom::array{args.get_array().value_unsafe()}) {
    argument_json argument;
    if (const auto* wrong = read_members(argument, item)) {
      reason = "argument " + shown(item) + " " + wrong;
      return false;
    }
    if (!read_one(argument, expected))
      return false;
  }
  record.extension.arguments = record.append(unknown_);
  return true;
}

/// `expected` is the slot after that of the argument before: most often the right one.
bool argument_reader::read_one(const argument_json& argument, std::size_t& expected) {
  if (definition_ == nullptr)
    return read_unknown(argument);
  const auto args = definition_->args;
  if (expected >= args.size() || !same_key(args[expected].name, argument.name)) {
    const auto found = definition_->find(argument.name);
    if (!found)
      return read_unknown(argument);
    expected = *found;
  }
  return read_known(argument, expected++);
}

bool argument_reader::read_known(const argument_json& argument, std::size_t slot) {
  auto& header = record_->header;
  const auto type = definition_->args[slot].type;
  if (argument.has_value)
    if (const auto* wrong =
            store_value(argument, type, event_, *record_, record_->slots[slot]))
      return fail(argument, type, wrong);
  // Of a name that comes twice the last counts, whole.
  const auto others = ~bit(slot, true);
  const auto is_text = storage_of(type) != arg_storage::scalar;
  const auto present = argument.has_value;
  header.present = (header.present & others) | bit(slot, present);
  header.references = (header.references & others) | bit(slot, present && is_text);
  header.truncated =
      (header.truncated & others) | bit(slot, present && argument.truncated);
  header.unresolved =
      (header.unresolved & others) | bit(slot, present && argument.unresolved);
  return true;
}

/// Kept as it came, but what it says to be it must be.
bool argument_reader::read_unknown(const argument_json& argument) {
  if (const auto type = find_type(argument.type); type && argument.has_value) {
    const auto begin = record_->bytes().size();
    record_slot unused{};
    const auto* wrong = store_value(argument, *type, event_, *record_, unused);
    record_->bytes().resize(begin);
    if (wrong != nullptr)
      return fail(argument, *type, wrong);
  }
  if (!unknown_.empty())
    unknown_ += ',';
  append_json(unknown_, argument.whole);
  return true;
}

bool argument_reader::fail(const argument_json& argument, arg_type type,
                           std::string_view why) {
  *reason_ = "argument '";
  *reason_ += argument.name;
  *reason_ += "' (";
  *reason_ += type_name(type);
  *reason_ += "): ";
  *reason_ += shown(argument.value);
  *reason_ += ' ';
  *reason_ += why;
  return false;
}

} // namespace vedette
