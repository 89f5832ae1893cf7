#pragma once

#include "datasources/contract.hpp"
#include "datasources/source_handle.hpp"
#include "events/entity.hpp"

#include <bit>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace vedette {

/// Where a process's program came from.
struct execution_binary {
  std::string path; ///< As the kernel resolved it; `memfd:NAME` for a memfd.
  std::uint64_t inode = 0;
  std::uint32_t device = 0; ///< major << 20 | minor
  std::uint64_t ctime = 0;  ///< ns since the epoch
  std::uint16_t mode = 0;   ///< As in stat(2).
  std::uint32_t flags = 0;  ///< enum record_file
};

/// A process as of a time. Times are ns since the epoch, 0 for "not yet".
struct process_info {
  entity_id entity{};
  std::uint32_t pid = 0, ns_pid = 0;
  std::uint32_t ppid = 0, ns_ppid = 0; ///< Whom the kernel would report as parent.
  std::string name;                    ///< What the kernel keeps: 15 bytes.
  std::string container_id;
  std::vector<std::string> cmd; ///< argv
  std::string cwd;
  execution_binary binary;
  execution_binary interpreter; ///< What the kernel was told to load it with: ld.so.
  std::string interp;           ///< Script interpreter, or the program itself.
  std::uint32_t uid = 0, gid = 0, loginuid = 0;
  time_ns start_time{}, exec_time{}, exit_time{};
  std::int32_t exit_code = 0;   ///< Status, 0 to 255.
  std::int32_t signal_code = 0; ///< That ended it, or 0.
  entity_id parent{};           ///< Who forked it; never changes.
  bool is_alive = true;
  /// Those alive at the asked time. Only where the question names them: tree_parts.
  std::map<std::uint32_t, entity_id> threads, children;
};

struct thread_info {
  entity_id entity{};
  std::uint32_t tid = 0, ns_tid = 0, pid = 0;
  std::string name;
  std::uint32_t uid = 0, gid = 0;
  time_ns start_time{}, exit_time{};
  entity_id process{};
  bool is_alive = true;
};

/// A process, and the time as of which it is shown.
struct timed_process {
  time_ns at;
  std::shared_ptr<const process_info> info;
};

/// [0] is the asked process at the asked time, each ancestor as of the moment its child
/// was forked. Ends at max_depth ancestors, or at pid 1 of the process's pid namespace.
using process_lineage = std::vector<timed_process>;

/// Children alive at the asked time, by host pid.
struct process_children {
  std::map<std::uint32_t, entity_id> children;
};

/// What a question is about.
enum class tree_question : std::uint8_t { process, thread, lineage, pid, children };

/// Parts of a process_info that cost something to put together.
enum class tree_parts : std::uint8_t { plain = 0, threads = 1, children = 2, all = 3 };

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

  static source_description description();
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
