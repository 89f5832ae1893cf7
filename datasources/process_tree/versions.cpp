#include "datasources/process_tree/versions.hpp"

namespace vedette {

void process_version::take(const process_version& from, std::uint8_t groups) {
  if ((groups & by_name) != 0)
    name = from.name;
  if ((groups & by_program) != 0) {
    runs = from.runs;
    exec_time = from.exec_time;
  }
  if ((groups & by_cwd) != 0)
    cwd = from.cwd;
  if ((groups & by_container) != 0)
    container = from.container;
  if ((groups & by_parent) != 0) {
    ppid = from.ppid;
    ns_ppid = from.ns_ppid;
  }
  if ((groups & by_user) != 0) {
    uid = from.uid;
    gid = from.gid;
    loginuid = from.loginuid;
  }
  if ((groups & by_life) != 0) {
    alive = from.alive;
    exit_time = from.exit_time;
    exit_code = from.exit_code;
    signal_code = from.signal_code;
  }
  if ((groups & by_leader) != 0) {
    leader_alive = from.leader_alive;
    leader_exit_time = from.leader_exit_time;
  }
}

void thread_version::take(const thread_version& from, std::uint8_t groups) {
  if ((groups & by_name) != 0)
    name = from.name;
  if ((groups & by_user) != 0) {
    uid = from.uid;
    gid = from.gid;
  }
  if ((groups & by_life) != 0) {
    alive = from.alive;
    exit_time = from.exit_time;
  }
}

process_info to_info(const process& whose, const process_version& as_of) {
  process_info info;
  info.entity = whose.entity;
  info.pid = whose.pid;
  info.ns_pid = whose.ns_pid;
  info.ppid = as_of.ppid;
  info.ns_ppid = as_of.ns_ppid;
  info.name = as_of.name;
  info.container_id = as_of.container;
  info.cwd = as_of.cwd;
  info.runs = as_of.runs;
  info.uid = as_of.uid;
  info.gid = as_of.gid;
  info.loginuid = as_of.loginuid;
  info.start_time = whose.start_time;
  info.exec_time = as_of.exec_time;
  info.exit_time = as_of.exit_time;
  info.exit_code = as_of.exit_code;
  info.signal_code = as_of.signal_code;
  info.parent = whose.parent;
  info.is_alive = as_of.alive;
  return info;
}

thread_info to_leader_info(const process& whose, const process_version& as_of) {
  const auto id = whose.leader == entity_id{} ? whose.entity : whose.leader;
  return {id,           whose.pid,         whose.ns_pid,
          whose.pid,    as_of.name,        as_of.uid,
          as_of.gid,    whose.start_time,  as_of.leader_exit_time,
          whose.entity, as_of.leader_alive};
}

thread_info to_info(const thread& whose, const process& owner,
                    const thread_version& as_of) {
  return {whose.entity,    whose.tid,    whose.ns_tid, owner.pid,
          as_of.name,      as_of.uid,    as_of.gid,    whose.start_time,
          as_of.exit_time, owner.entity, as_of.alive};
}

} // namespace vedette
