#include "datasources/process_tree/programs.hpp"

#include "datasources/text_hash.hpp"
#include "events/exec_facts.h"

#include <sys/stat.h>

namespace vedette {

namespace {

namespace exec = events::sched_process_exec;
namespace begun = events::task_begin;

template <class Argument>
auto value_or_none(event_view event) {
  return event.get<Argument>().value_or(arg_value<Argument::stored_as>{});
}

std::uint32_t flags_of(event_view event, std::uint16_t mode) {
  const auto writable =
      (mode & S_IWOTH) != 0 ? std::uint32_t{RECORD_FILE_WRITABLE} : 0U;
  return (event.header().detail[0] & RECORD_FILE_FACTS) | writable;
}

} // namespace

shared_program programs::unique(const program_facts& facts) {
  // What is run is told by file and arguments; the rest hardly ever makes a difference.
  const auto text = facts.argv.empty() ? facts.binary.path : facts.argv;
  const auto hash = hash64(text) ^ facts.binary.inode ^ facts.binary.path.size();
  auto& known = programs_[hash % programs_.size()];
  if (known.hash == hash && known.it && known.it->facts() == facts)
    return known.it;
  auto made = program::of(facts);
  if (!known.it || known.missed == hash) {
    known.hash = hash;
    known.it = made;
  }
  known.missed = hash;
  return made;
}

shared_program programs::of_exec(event_view event) {
  const auto path = event.get<exec::pathname>().value_or("");
  const auto mode = value_or_none<exec::inode_mode>(event);
  return unique({.binary = {path.empty() ? event.executable() : path,
                            value_or_none<exec::inode>(event),
                            value_or_none<exec::dev>(event),
                            value_or_none<exec::ctime>(event), mode,
                            flags_of(event, mode)},
                 .interpreter = {value_or_none<exec::interpreter_pathname>(event),
                                 value_or_none<exec::interpreter_inode>(event),
                                 value_or_none<exec::interpreter_dev>(event),
                                 value_or_none<exec::interpreter_ctime>(event)},
                 .interp = value_or_none<exec::interp>(event),
                 .argv = value_or_none<exec::argv>(event).block()});
}

shared_program programs::of_begin(event_view event) {
  const auto mode = value_or_none<begun::inode_mode>(event);
  return unique({.binary = {value_or_none<begun::pathname>(event),
                            value_or_none<begun::inode>(event),
                            value_or_none<begun::dev>(event),
                            value_or_none<begun::ctime>(event), mode,
                            flags_of(event, mode)},
                 .argv = value_or_none<begun::argv>(event).block()});
}

shared_program programs::of_path(std::string_view path) {
  if (path.empty())
    return nullptr;
  return unique({.binary = {.path = path}});
}

shared_text programs::text(std::string_view text) {
  if (text.empty())
    return {};
  auto& known = texts_[hash64(text) % texts_.size()];
  if (known != text)
    known = shared_text{text};
  return known;
}

} // namespace vedette
