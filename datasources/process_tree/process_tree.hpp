#pragma once

#include "datasources/contract.hpp"
#include "datasources/process_tree/records.hpp"
#include "datasources/source_handle.hpp"

#include <bit>
#include <cstdint>
#include <variant>

namespace vedette {

/// What a question is about.
enum class tree_question : std::uint8_t { process, thread, lineage, pid, children };

/// Parts of a process_info that a question wants. Threads and children are put together
/// where they are named; the others are shared by all answers about one version of a
/// process, so leaving one out would cost a copy: they are always there.
enum class tree_parts : std::uint8_t {
  identity = 1,
  execution = 2, ///< Program, arguments, directory, container.
  credentials = 4,
  threads = 8,
  children = 16,
  plain = identity | execution | credentials,
  all = plain | threads | children,
};

constexpr tree_parts operator|(tree_parts a, tree_parts b) {
  return static_cast<tree_parts>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool has(tree_parts parts, tree_parts some) {
  return (static_cast<unsigned>(parts) & static_cast<unsigned>(some)) != 0;
}

struct tree_key {
  std::uint64_t id = 0; ///< Entity; for `pid` the host's process id.
  tree_question about = tree_question::process;
  tree_parts parts = tree_parts::plain;
  std::uint16_t max_depth = 0; ///< Of a lineage.

  bool operator==(const tree_key&) const = default;
};

/// What the tree answers: the alternative that fits the question.
using tree_answer =
    std::variant<process_info, thread_info, process_lineage, process_children>;

class process_tree_handle;

/// Data source `tracee/process_tree`, version 1.
struct process_tree {
  using key = tree_key;
  using record = tree_answer;
  using handle = process_tree_handle;

  static const source_description& description();
  static std::expected<tree_key, error> parse_key(const value& json);
  static value to_value(const tree_answer& record, time_ns as_of);
};

} // namespace vedette

template <>
struct std::hash<vedette::tree_key> {
  std::size_t operator()(const vedette::tree_key& key) const noexcept {
    return std::bit_cast<std::uint64_t>(key.id)
           ^ (static_cast<std::uint64_t>(key.about) << 56U
              | static_cast<std::uint64_t>(key.parts) << 48U
              | static_cast<std::uint64_t>(key.max_depth) << 32U);
  }
};

namespace vedette {

using process_tree_actor = source_actor<process_tree>;

/// What signatures ask the tree with; hides the keys and the sum type. Each `co_await`
/// gives a get_result of what the name says.
class process_tree_handle {
public:
  process_tree_handle() = default;
  explicit process_tree_handle(source_handle<process_tree> gets) : gets_{gets} {}

  /// Errors: data_not_found, expired, unavailable.
  [[nodiscard]] auto process(entity_id id, time_ns as_of,
                             tree_parts parts = tree_parts::plain) {
    return gets_.get_as<process_info>(
        {static_cast<std::uint64_t>(id), tree_question::process, parts, 0}, as_of);
  }
  /// The process that had this host pid at that time.
  [[nodiscard]] auto process_of_pid(std::uint32_t pid, time_ns as_of,
                                    tree_parts parts = tree_parts::plain) {
    return gets_.get_as<process_info>({pid, tree_question::pid, parts, 0}, as_of);
  }
  [[nodiscard]] auto thread(entity_id id, time_ns as_of) {
    return gets_.get_as<thread_info>(
        {static_cast<std::uint64_t>(id), tree_question::thread, tree_parts::plain, 0},
        as_of);
  }
  [[nodiscard]] auto lineage(entity_id id, time_ns as_of, std::uint16_t max_depth) {
    return gets_.get_as<process_lineage>({static_cast<std::uint64_t>(id),
                                          tree_question::lineage, tree_parts::plain,
                                          max_depth},
                                         as_of);
  }
  [[nodiscard]] auto children(entity_id id, time_ns as_of) {
    return gets_.get_as<process_children>(
        {static_cast<std::uint64_t>(id), tree_question::children, tree_parts::plain, 0},
        as_of);
  }

  [[nodiscard]] std::uint32_t version() const { return gets_.version(); }

private:
  source_handle<process_tree> gets_;
};

} // namespace vedette
