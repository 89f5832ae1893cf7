#include "datasources/process_tree/programs.hpp"

#include <functional>
#include <sys/stat.h>
#include <utility>

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

} // namespace

program& programs::clean() {
  auto texts = std::move(made_.texts);
  texts.clear();
  made_ = {};
  made_.texts = std::move(texts);
  return made_;
}

shared_program programs::unique() {
  const auto hash = std::hash<std::string_view>{}(made_.texts) ^ made_.inode;
  auto& known = programs_[hash % programs_.size()];
  if (!known || *known != made_)
    known = std::make_shared<const program>(made_);
  return known;
}

shared_program programs::of_exec(event_view event) {
  const auto path = event.get<exec::pathname>().value_or("");
  auto& made = clean();
  made.set_texts(path.empty() ? event.executable() : path,
            value_or_none<exec::interpreter_pathname>(event),
            value_or_none<exec::interp>(event),
            value_or_none<exec::argv>(event).block());
  made.inode = value_or_none<exec::inode>(event);
  made.device = value_or_none<exec::dev>(event);
  made.ctime = value_or_none<exec::ctime>(event);
  made.mode = value_or_none<exec::inode_mode>(event);
  made.flags = flags_of(event, made.mode);
  made.interpreter_inode = value_or_none<exec::interpreter_inode>(event);
  made.interpreter_device = value_or_none<exec::interpreter_dev>(event);
  made.interpreter_ctime = value_or_none<exec::interpreter_ctime>(event);
  return unique();
}

shared_program programs::of_begin(event_view event) {
  auto& made = clean();
  made.set_texts(value_or_none<begun::pathname>(event), "", "",
            value_or_none<begun::argv>(event).block());
  made.inode = value_or_none<begun::inode>(event);
  made.device = value_or_none<begun::dev>(event);
  made.ctime = value_or_none<begun::ctime>(event);
  made.mode = value_or_none<begun::inode_mode>(event);
  made.flags = flags_of(event, made.mode);
  return unique();
}

shared_program programs::of_path(std::string_view path) {
  if (path.empty())
    return nullptr;
  auto& made = clean();
  made.set_texts(path);
  return unique();
}

shared_text programs::text(std::string_view text) {
  if (text.empty())
    return {};
  auto& known = texts_[std::hash<std::string_view>{}(text) % texts_.size()];
  if (known != text)
    known = shared_text{text};
  return known;
}

} // namespace vedette
