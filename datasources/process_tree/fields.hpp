#pragma once

#include "datasources/process_tree/process_tree.hpp"
#include "datasources/reflection.hpp"
#include "events/record.h"

#include <tuple>

// The tree's records as JSON and JSON Schema: spec/data-sources.md section 3.
namespace vedette {

/// enum record_file as a list of words.
struct file_flags {
  std::uint32_t bits = 0;
};

template <>
struct json_form<file_flags> {
  static value to(file_flags flags);
  static value::object schema();
};

template <>
struct json_form<task_name> {
  static value to(task_name name) { return name.view(); }
  static value::object schema() { return schema_of<std::string>(); }
};

template <>
struct json_form<shared_text> {
  static value to(const shared_text& text) { return text.view(); }
  static value::object schema() { return schema_of<std::string>(); }
};

/// An execution_binary as it is written.
template <>
struct json_form<execution_binary> {
  static value to(const execution_binary& binary);
  static value::object schema();
};

template <>
struct fields_of<process_info> {
  using info = process_info;
  static constexpr auto list = std::tuple{
      field{"entity_id", &info::entity, "The process over the whole boot."},
      field{"pid", &info::pid, "In the host's pid namespace."},
      field{"ns_pid", &info::ns_pid, "In its own pid namespace."},
      field{"ppid", &info::ppid, "The parent that the kernel reports; 0: unknown."},
      field{"ns_ppid", &info::ns_ppid,
            "The same in its own namespace; 0: not visible."},
      field{"name", &info::name, "The kernel's comm, 15 bytes."},
      field{"container_id", &info::container_id, "Full id; empty: the host."},
      field{"cmd", &info::cmd, "argv of the last exec, its own or inherited."},
      field{"cwd", &info::cwd, "Working directory, as far as known."},
      field{"execution_binary", &info::binary, "The program that it runs."},
      field{"interpreter", &info::interpreter, "What loaded it: ld.so."},
      field{"interp", &info::interp, "Script interpreter, or the program itself."},
      field{"uid", &info::uid, "Real user."},
      field{"gid", &info::gid, "Real group."},
      field{"loginuid", &info::loginuid, "Audit's login user; 4294967295: not set."},
      field{"start_time", &info::start_time, "ns since the epoch; 0: unknown."},
      field{"exec_time", &info::exec_time,
            "Its last exec, ns since the epoch; 0: none."},
      field{"exit_time", &info::exit_time, "ns since the epoch; 0: not yet."},
      field{"exit_code", &info::exit_code, "Status, 0 to 255."},
      field{"signal_code", &info::signal_code, "Signal that ended it, or 0."},
      field{"parent_entity_id", &info::parent, "Who forked it; 0: unknown."},
      field{"thread_ids", &info::threads, "Threads alive then: tid to entity id."},
      field{"child_process_ids", &info::children,
            "Children alive then: pid to entity id."},
      field{"is_alive", &info::is_alive, "Whether it had not ended."}};
};

template <>
struct fields_of<thread_info> {
  using info = thread_info;
  static constexpr auto list = std::tuple{
      field{"entity_id", &info::entity, "The thread over the whole boot."},
      field{"tid", &info::tid, "In the host's pid namespace."},
      field{"ns_tid", &info::ns_tid, "In its own pid namespace."},
      field{"pid", &info::pid, "Of its process."},
      field{"name", &info::name, "The kernel's comm, 15 bytes."},
      field{"uid", &info::uid, "Real user."},
      field{"gid", &info::gid, "Real group."},
      field{"start_time", &info::start_time, "ns since the epoch; 0: unknown."},
      field{"exit_time", &info::exit_time, "ns since the epoch; 0: not yet."},
      field{"process_entity_id", &info::process, "Of its process."},
      field{"is_alive", &info::is_alive, "Whether it had not ended."}};
};

template <>
struct fields_of<process_children> {
  static constexpr auto list =
      std::tuple{field{"child_process_ids", &process_children::children,
                       "Children alive then: pid to entity id."}};
};

} // namespace vedette
