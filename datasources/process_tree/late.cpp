// What is learned late changes what children have begun with; and who is told of
// changes.

#include "datasources/process_tree/state.hpp"

#include <utility>
#include <vector>

namespace vedette {

namespace {

using enum process_version::group;

/// What a child begins with is its parent's: program, directory, container. Its name
/// and user come with the event that tells of its birth.
constexpr std::uint8_t inherited = by_program | by_cwd | by_container;

/// Which of the inherited values a child has of this version of its parent.
std::uint8_t shared_by(const process_version& child, const process_version& parent) {
  unsigned groups = 0;
  if (child.runs == parent.runs)
    groups |= by_program;
  if (child.cwd.is_same(parent.cwd))
    groups |= by_cwd;
  if (child.container.is_same(parent.container))
    groups |= by_container;
  return static_cast<std::uint8_t>(groups);
}

/// A child, and what its parent was like when it began.
struct heir {
  slab_ref who;
  time_ns born;
  process_version from;
};

} // namespace

void process_tree_state::change_late(
    number which, time_ns at, std::uint8_t groups,
    const std::function<void(process_version&)>& write) {
  auto& parent = tasks_.at(which);
  std::vector<heir> heirs;
  if ((groups & inherited) != 0)
    for (const auto ref : parent.children) {
      const auto* child = tasks_.processes().find(ref);
      if (child == nullptr || !child->forked
          || tasks_.processes().find(child->parent_ref) != &parent)
        continue;
      const auto born = child->versions.began();
      const auto* from = parent.versions.find(born);
      if (born >= at && from != nullptr)
        heirs.push_back({ref, born, *from});
    }
  parent.versions.change(at, groups, tasks_.settled(), write);
  for (const auto& [ref, born, before] : heirs) {
    const auto& after = *tasks_.at(which).versions.find(born);
    const auto& first = tasks_.at(ref.number).versions.oldest();
    const auto changed =
        shared_by(first, before) & ~shared_by(first, after) & inherited & groups;
    if (changed == 0)
      continue;
    change(ref.number, born, static_cast<std::uint8_t>(changed),
           [&](process_version& next) {
             const auto exec_time = next.exec_time;
             next.take(after, static_cast<std::uint8_t>(changed));
             next.exec_time = exec_time;
           });
  }
}

void process_tree_state::tell(slab_ref process) {
  if (!changes_.on())
    return;
  if (const auto* one = tasks_.processes().find(process))
    changes_.add({static_cast<std::uint64_t>(one->entity), tree_question::process,
                  tree_parts::all, 0});
}

void process_tree_state::tell_leader(number process) {
  if (!changes_.on())
    return;
  const auto& one = tasks_.at(process);
  const auto id = one.leader == entity_id{} ? one.entity : one.leader;
  changes_.add(
      {static_cast<std::uint64_t>(id), tree_question::thread, tree_parts::all, 0});
}

void process_tree_state::tell_thread(number thread) {
  if (changes_.on())
    changes_.add({static_cast<std::uint64_t>(tasks_.thread_at(thread).entity),
                  tree_question::thread, tree_parts::all, 0});
}

} // namespace vedette
