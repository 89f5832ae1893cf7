#include "datasources/process_tree/programs.hpp"

#include <functional>
#include <sys/stat.h>

namespace vedette {

namespace {

namespace exec = events::sched_process_exec;
namespace begun = events::task_begin;

template <class Argument>
auto value_or_none(event_view event) {
  return event.get<Argument>().value_or(arg_value<Argument::type>{});
}

std::uint32_t flags_of(event_view event, std::uint16_t mode) {
  const auto writable =
      (mode & S_IWOTH) != 0 ? std::uint32_t{RECORD_FILE_WRITABLE} : 0U;
  return event.header().detail[0] | writable;
}

std::size_t hash_of(const program& one) {
  const std::hash<std::string_view> hash;
  return hash(one.argv) ^ 31 * hash(one.path) ^ one.inode;
}

} // namespace

shared_program programs::unique(std::size_t hash, const program& made) {
  auto& known = programs_[hash % programs_.size()];
  if (!known || *known != made)
    known = std::make_shared<const program>(made);
  return known;
}

shared_program programs::of_exec(event_view event) {
  program made;
  made.path = value_or_none<exec::pathname>(event);
  if (made.path.empty())
    made.path = event.executable();
  made.argv = value_or_none<exec::argv>(event).block();
  made.interp = value_or_none<exec::interp>(event);
  made.inode = value_or_none<exec::inode>(event);
  made.device = value_or_none<exec::dev>(event);
  made.ctime = value_or_none<exec::ctime>(event);
  made.mode = value_or_none<exec::inode_mode>(event);
  made.flags = flags_of(event, made.mode);
  made.interpreter_path = value_or_none<exec::interpreter_pathname>(event);
  made.interpreter_inode = value_or_none<exec::interpreter_inode>(event);
  made.interpreter_device = value_or_none<exec::interpreter_dev>(event);
  made.interpreter_ctime = value_or_none<exec::interpreter_ctime>(event);
  return unique(hash_of(made), made);
}

shared_program programs::of_begin(event_view event) {
  program made;
  made.path = value_or_none<begun::pathname>(event);
  made.argv = value_or_none<begun::argv>(event).block();
  made.inode = value_or_none<begun::inode>(event);
  made.device = value_or_none<begun::dev>(event);
  made.ctime = value_or_none<begun::ctime>(event);
  made.mode = value_or_none<begun::inode_mode>(event);
  made.flags = flags_of(event, made.mode);
  return unique(hash_of(made), made);
}

shared_program programs::of_path(std::string_view path) {
  if (path.empty())
    return nullptr;
  program made;
  made.path = path;
  return unique(hash_of(made), made);
}

shared_text programs::text(std::string_view text) {
  if (text.empty())
    return nullptr;
  auto& known = texts_[std::hash<std::string_view>{}(text) % texts_.size()];
  if (!known || *known != text)
    known = std::make_shared<const std::string>(text);
  return known;
}

} // namespace vedette
