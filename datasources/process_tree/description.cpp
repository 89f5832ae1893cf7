#include "datasources/process_tree/fields.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace vedette {

namespace {

constexpr std::uint16_t default_depth = 5;

constexpr std::array<std::pair<std::uint32_t, std::string_view>, 4> flag_words{{
    {RECORD_FILE_MEMFD, "memfd"},
    {RECORD_FILE_DELETED, "deleted"},
    {RECORD_FILE_UPPER_LAYER, "upper_layer"},
    {RECORD_FILE_WRITABLE, "writable"},
}};

/// An execution_binary with flags as words: what its description is of.
struct shown_binary {
  std::string_view path;
  std::uint64_t inode;
  std::uint32_t device;
  std::uint64_t ctime;
  std::uint16_t mode;
  file_flags flags;
};

/// A record, and the time as of which it is shown.
value with_time(time_ns at, value record, std::string_view name) {
  return value::object{{"timestamp", to_value(at)},
                       {std::string{name}, std::move(record)}};
}

value::object schema_of_timestamp() {
  auto schema = schema_of<time_ns>();
  schema.emplace_back("description", "As of when it is shown, ns since the epoch.");
  return schema;
}

template <class Part>
value::object described_as(const char* meaning) {
  auto schema = schema_of<Part>();
  schema.emplace_back("description", meaning);
  return schema;
}

template <class Record>
value::object schema_with_time() {
  return {{"type", "object"},
          {"properties", value::object{{"timestamp", schema_of_timestamp()},
                                       {"info", described_as<Record>("The process.")}}},
          {"required", value::list{"timestamp", "info"}},
          {"additionalProperties", false}};
}

value::object schema_of_children() {
  auto schema = schema_of<process_children>();
  for (auto& [name, part] : schema) {
    if (name == "properties")
      part.as_object()->insert(part.as_object()->begin(),
                               {"timestamp", schema_of_timestamp()});
    else if (name == "required")
      part.as_list()->insert(part.as_list()->begin(), value{"timestamp"});
  }
  return schema;
}

error not_a_key(const std::string& what) {
  return {ec::key_not_supported,
          what
              + R"(; expected {"process":ID}, {"thread":ID}, {"children":ID}, )"
                R"({"pid":N} or {"lineage":ID,"max_depth":N})"};
}

struct key_name {
  std::string_view name;
  tree_question about;
  std::uint64_t largest;
};

constexpr std::uint64_t largest_id = (std::uint64_t{1} << 53U) - 1;
constexpr std::array<key_name, 5> key_names{{
    {"process", tree_question::process, largest_id},
    {"thread", tree_question::thread, largest_id},
    {"lineage", tree_question::lineage, largest_id},
    {"pid", tree_question::pid, std::numeric_limits<std::uint32_t>::max()},
    {"children", tree_question::children, largest_id},
}};

std::expected<void, error> read_member(tree_key& key, std::string_view name,
                                       const value& content) {
  const auto number = content.as_uint();
  if (name == "max_depth" && key.about == tree_question::lineage) {
    if (!number || *number > std::numeric_limits<std::uint16_t>::max())
      return std::unexpected{not_a_key(
          "max_depth must be a number from 0 to 65535, not " + to_json(content))};
    key.max_depth = static_cast<std::uint16_t>(*number);
    return {};
  }
  const auto known = std::ranges::find(key_names, name, &key_name::name);
  if (known == key_names.end() || known->about != key.about || key.id != 0)
    return std::unexpected{
        not_a_key("'" + std::string{name} + "' is not expected in this key")};
  if (!number || *number == 0 || *number > known->largest)
    return std::unexpected{
        not_a_key("'" + std::string{name} + "' must be a number from 1 to "
                  + std::to_string(known->largest) + ", not " + to_json(content))};
  key.id = *number;
  return {};
}

} // namespace

template <>
struct fields_of<shown_binary> {
  using binary = shown_binary;
  static constexpr auto list =
      std::tuple{field{"path", &binary::path,
                       "As the kernel resolved it; memfd:NAME for a memfd."},
                 field{"inode", &binary::inode, "0: unknown."},
                 field{"device", &binary::device, "major << 20 | minor"},
                 field{"ctime", &binary::ctime, "ns since the epoch"},
                 field{"mode", &binary::mode, "As in stat(2)."},
                 field{"flags", &binary::flags, "What is special about the file."}};
};

value json_form<file_flags>::to(file_flags flags) {
  value::list words;
  for (const auto& [bit, word] : flag_words)
    if ((flags.bits & bit) != 0)
      words.emplace_back(word);
  return words;
}

value::object json_form<file_flags>::schema() {
  value::list words;
  for (const auto& [bit, word] : flag_words)
    words.emplace_back(word);
  return {{"type", "array"},
          {"items", value::object{{"enum", std::move(words)}}},
          {"uniqueItems", true}};
}

value json_form<execution_binary>::to(const execution_binary& binary) {
  return to_value(shown_binary{binary.path,
                               binary.inode,
                               binary.device,
                               binary.ctime,
                               binary.mode,
                               {binary.flags}});
}

value::object json_form<execution_binary>::schema() {
  return schema_of<shown_binary>();
}

namespace {

source_description describe() {
  const auto process = as_schema(schema_with_time<process_info>());
  const auto lineage = as_schema({{"type", "array"},
                                  {"items", schema_with_time<process_info>()},
                                  {"minItems", 1}});
  return {{"tracee", "process_tree", 1,
           "Processes and threads of this host, now and in the recent past"},
          {{"process_key", R"({"process":4503599627370497})", process},
           {"thread_key", R"({"thread":4503599627370497})",
            as_schema(schema_of<thread_info>())},
           {"lineage_key", R"({"lineage":4503599627370497,"max_depth":5})", lineage},
           {"pid_key", R"({"pid":812})", process},
           {"children_key", R"({"children":4503599627370497})",
            as_schema(schema_of_children())}}};
}

} // namespace

/// Made once: every handle of every signature asks for it.
const source_description& process_tree::description() {
  static const auto description = describe();
  return description;
}

std::expected<tree_key, error> process_tree::parse_key(const value& json) {
  const auto* members = json.as_object();
  if (members == nullptr)
    return std::unexpected{not_a_key(std::string{json.kind_name()} + " is no key")};
  // Which question it is decides on what else may be there.
  const auto asked = std::ranges::find_if(
      key_names, [&](const key_name& one) { return json.find(one.name) != nullptr; });
  if (asked == key_names.end())
    return std::unexpected{not_a_key(to_json(json) + " asks for nothing")};
  const bool is_lineage = asked->about == tree_question::lineage;
  tree_key key{0, asked->about, tree_parts::all,
               is_lineage ? default_depth : std::uint16_t{0}};
  for (const auto& [name, content] : *members)
    if (auto read = read_member(key, name, content); !read)
      return std::unexpected{std::move(read.error())};
  return key;
}

value process_tree::to_value(const tree_answer& record, time_ns as_of) {
  if (const auto* process = std::get_if<process_info>(&record))
    return with_time(as_of, vedette::to_value(*process), "info");
  if (const auto* thread = std::get_if<thread_info>(&record))
    return vedette::to_value(*thread);
  if (const auto* lineage = std::get_if<process_lineage>(&record)) {
    value::list all;
    for (const auto& [at, info] :
         *lineage) // The asked one is shown as of the asked time.
      all.push_back(
          with_time(all.empty() ? as_of : at, vedette::to_value(*info), "info"));
    return all;
  }
  return with_time(as_of,
                   vedette::to_value(std::get<process_children>(record).children),
                   "child_process_ids");
}

} // namespace vedette
