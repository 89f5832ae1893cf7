#pragma once

#include "datasources/process_tree/shared.hpp"
#include "datasources/shared_record.hpp"
#include "events/entity.hpp"
#include "runtime/time.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What the process tree answers. What repeats (programs, directories, containers) is
// immutable and shared by all that have it, so that an answer is small and costs no copy
// of a text.
namespace vedette {

/// A task's name as the kernel keeps it: 15 bytes.
class task_name {
public:
  static constexpr std::size_t longest = 15;

  task_name() = default;
  task_name(std::string_view name)
      : size_{static_cast<std::uint8_t>(std::min(name.size(), longest))} {
    std::copy_n(name.begin(), size_, text_.begin());
  }
  task_name(const std::string& name) : task_name{std::string_view{name}} {}
  task_name(const char* name) : task_name{std::string_view{name}} {}

  [[nodiscard]] std::string_view view() const { return {text_.data(), size_}; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

  bool operator==(const task_name&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const task_name& name) {
    return out << name.view();
  }

private:
  std::array<char, longest> text_{};
  std::uint8_t size_ = 0;
};

/// Tasks by the number that the host knows them by.
using task_ids = std::map<std::uint32_t, entity_id>;

/// A process as of a time. Times are ns since the epoch, 0 for "not yet".
class process_info {
public:
  struct relatives {
    task_ids threads, children;
  };

  // identity
  entity_id entity{};
  entity_id parent{}; ///< Who forked it; never changes.
  std::uint32_t pid = 0, ns_pid = 0;
  std::uint32_t ppid = 0, ns_ppid = 0; ///< Whom the kernel would report as parent.
  task_name name;
  time_ns start_time{}, exec_time{}, exit_time{};
  std::int32_t exit_code = 0;   ///< Status, 0 to 255.
  std::int32_t signal_code = 0; ///< That ended it, or 0.
  bool is_alive = true;

  // credentials
  std::uint32_t uid = 0, gid = 0, loginuid = 0;

  // execution
  shared_text container_id, cwd;
  shared_program runs; ///< Null: nothing is known.

  std::shared_ptr<const relatives> related; ///< Null: not asked for.

  /// argv
  [[nodiscard]] std::vector<std::string> cmd() const {
    std::vector<std::string> all;
    if (runs)
      runs->argv().for_each([&](std::string_view one) { all.emplace_back(one); });
    return all;
  }
  [[nodiscard]] std::string_view path() const {
    return runs ? runs->path() : std::string_view{};
  }
  [[nodiscard]] execution_binary binary() const {
    return runs ? runs->binary() : execution_binary{};
  }
  /// What the kernel was told to load it with: ld.so.
  [[nodiscard]] execution_binary interpreter() const {
    return runs ? runs->interpreter() : execution_binary{};
  }
  /// Script interpreter, or the program itself.
  [[nodiscard]] std::string_view interp() const {
    return runs ? runs->interp() : std::string_view{};
  }
  /// Those alive at the asked time. Only where the question names them: tree_parts.
  [[nodiscard]] const task_ids& threads() const {
    return related ? related->threads : nobody();
  }
  [[nodiscard]] const task_ids& children() const {
    return related ? related->children : nobody();
  }

private:
  static const task_ids& nobody() {
    static const task_ids none;
    return none;
  }
};

struct thread_info {
  entity_id entity{};
  std::uint32_t tid = 0, ns_tid = 0, pid = 0;
  task_name name;
  std::uint32_t uid = 0, gid = 0;
  time_ns start_time{}, exit_time{};
  entity_id process{};
  bool is_alive = true;
};

/// A process, and the time as of which it is shown.
struct timed_process {
  time_ns at;
  shared_record<process_info> info;
};

/// [0] is the asked process at the asked time, each ancestor as of the moment its child
/// was forked. Ends at max_depth ancestors, or at pid 1 of the process's pid namespace.
using process_lineage = std::vector<timed_process>;

/// Children alive at the asked time, by host pid.
struct process_children {
  task_ids children;
};

} // namespace vedette
