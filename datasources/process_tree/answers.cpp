// What processes and threads were like at a time.

#include "datasources/process_tree/state.hpp"

#include <algorithm>
#include <utility>

namespace vedette {

namespace {

constexpr auto relations = tree_parts::threads | tree_parts::children;

/// Of a process or thread: before the versions that are kept.
bool was_there(const auto& whose, time_ns as_of) {
  return as_of >= whose.versions.began()
         || (whose.scanned && as_of >= whose.start_time);
}

} // namespace

get_result<tree_answer> process_tree_state::get(const tree_key& key, time_ns as_of) {
  if (auto* const known = find_quickly(key, as_of)) {
    ++hits_;
    return known->lend();
  }
  auto result = answer(key, as_of);
  ++(result ? hits_ : misses_);
  return result;
}

/// What is asked most: a process that lives, as it is now, that was asked for before.
lent_answer* process_tree_state::find_quickly(const tree_key& key,
                                              time_ns as_of) const {
  if (key.about != tree_question::process || has(key.parts, relations))
    return nullptr;
  const auto which = tasks_.find_process(entity_id{key.id});
  if (which == none)
    return nullptr;
  const auto& latest = tasks_.processes()[which].versions.latest();
  const bool is_it =
      latest.since <= as_of && latest.alive && latest.answer && holes_.empty();
  return is_it ? &latest.answer : nullptr;
}

get_result<tree_answer> process_tree_state::answer(const tree_key& key,
                                                   time_ns as_of) const {
  if (key.id == 0 || key.about > tree_question::children)
    return missing(ec::key_not_supported, as_of);
  if (key.about == tree_question::thread)
    return get_thread(entity_id{key.id}, as_of);
  const auto it = find(key, as_of);
  if (it.whose == nullptr)
    return missing(it.error, as_of);
  if (key.about == tree_question::lineage)
    return lineage(it, key, as_of);
  if (key.about == tree_question::children) {
    get_result<tree_answer> result =
        share(tree_answer{process_children{children_of(it, as_of)}});
    result.complete = it.complete && !holes_.hide_some(as_of);
    return result;
  }
  return process_of(it, key.parts, as_of);
}

get_result<tree_answer> process_tree_state::missing(ec error, time_ns as_of) const {
  get_result<tree_answer> result = std::unexpected{error};
  result.complete = error != ec::data_not_found || !holes_.hide_some(as_of);
  return result;
}

process_tree_state::view process_tree_state::find(const tree_key& key,
                                                  time_ns as_of) const {
  if (key.about != tree_question::pid) {
    const auto which = tasks_.process_then(entity_id{key.id}, as_of);
    if (which != none)
      if (const auto it = show(which, as_of); it.error != ec::data_not_found)
        return it;
    return {.error =
                tasks_.was_there(entity_id{key.id}) ? ec::expired : ec::data_not_found};
  }
  if (key.id > 0xFFFF'FFFFU)
    return {.error = ec::key_not_supported};
  const auto pid = static_cast<std::uint32_t>(key.id);
  auto which = tasks_.pid_then(pid, as_of);
  if (which == none || tasks_.is_forgotten(which, as_of))
    which = tasks_.find_pid(pid); // It may have been there before we were.
  if (which == none || tasks_.is_forgotten(which, as_of))
    return {.error = ec::data_not_found};
  return show(which, as_of);
}

process_tree_state::view process_tree_state::show(number which, time_ns as_of) const {
  const auto& whose = tasks_.processes()[which];
  if (whose.evicted <= as_of)
    return {.error = ec::expired};
  const auto* shown = whose.versions.find(as_of);
  if (shown == nullptr) {
    if (!was_there(whose, as_of))
      return {.error = ec::data_not_found};
    return {&whose, &whose.versions.oldest(), as_of, {}, false};
  }
  if (!shown->alive && as_of - shown->exit_time > config_.keep_exited)
    return {.error = ec::expired};
  const bool complete = as_of < shown->exact_until
                        && (holes_.empty() || !holes_.touch(whose, *shown, as_of));
  return {&whose, shown, as_of, {}, complete};
}

get_result<tree_answer> process_tree_state::process_of(const view& it, tree_parts parts,
                                                       time_ns as_of) const {
  return has(parts, relations) ? with_parts(it, parts, as_of) : plain(it);
}

get_result<tree_answer> process_tree_state::plain(const view& it) const {
  if (!it.shown->answer)
    it.shown->answer = lent_answer{to_info(*it.whose, *it.shown)};
  get_result<tree_answer> result = it.shown->answer.lend();
  result.complete = it.complete;
  return result;
}

get_result<tree_answer> process_tree_state::with_parts(const view& it, tree_parts parts,
                                                       time_ns as_of) const {
  auto info = to_info(*it.whose, *it.shown);
  process_info::relatives related;
  if (has(parts, tree_parts::threads))
    related.threads = threads_of(it, as_of);
  if (has(parts, tree_parts::children))
    related.children = children_of(it, as_of);
  info.related = std::make_shared<const process_info::relatives>(std::move(related));
  get_result<tree_answer> result = share(tree_answer{std::move(info)});
  result.complete = it.complete && !holes_.hide_some(as_of);
  return result;
}

task_ids process_tree_state::children_of(const view& parent, time_ns as_of) const {
  task_ids children;
  if (!parent.shown->alive)
    return children;
  for (const auto ref : parent.whose->children) {
    const auto* child =
        ref.since <= parent.asked ? tasks_.processes().find(ref) : nullptr;
    const auto* shown = child != nullptr && parent.asked < child->evicted
                            ? child->versions.look_back(as_of, parent.asked).version
                            : nullptr;
    if (shown != nullptr && shown->alive && shown->ppid == parent.whose->pid)
      children.emplace(child->pid, child->entity);
  }
  return children;
}

task_ids process_tree_state::threads_of(const view& owner, time_ns as_of) const {
  task_ids threads;
  const auto& its = *owner.whose;
  if (owner.shown->leader_alive)
    threads.emplace(its.pid, its.leader == entity_id{} ? its.entity : its.leader);
  for (const auto ref : owner.whose->threads) {
    const auto* one = tasks_.threads().find(ref);
    const auto* shown =
        one != nullptr && owner.asked < one->evicted
            ? one->versions.look_back(as_of, owner.asked).version : nullptr;
    if (shown != nullptr && shown->alive)
      threads.emplace(one->tid, one->entity);
  }
  return threads;
}

get_result<tree_answer> process_tree_state::get_leader(entity_id id,
                                                       time_ns as_of) const {
  const auto which = tasks_.leader_then(id, as_of);
  const auto it = which != none ? show(which, as_of) : view{.error = ec::data_not_found};
  if (it.whose == nullptr)
    return missing(tasks_.was_there(id) ? ec::expired : it.error, as_of);
  if (!it.shown->leader_alive
      && as_of - it.shown->leader_exit_time > config_.keep_exited)
    return missing(ec::expired, as_of);
  get_result<tree_answer> result =
      share(tree_answer{to_leader_info(*it.whose, *it.shown)});
  result.complete = it.complete;
  return result;
}

get_result<tree_answer> process_tree_state::get_thread(entity_id id,
                                                       time_ns as_of) const {
  const auto which = tasks_.thread_then(id, as_of);
  if (which == none)
    return get_leader(id, as_of);
  const auto& whose = tasks_.threads()[which];
  const auto* owner = tasks_.processes().find(whose.owner);
  if (whose.evicted <= as_of || owner->evicted <= as_of)
    return missing(ec::expired, as_of);
  const auto* shown = whose.versions.find(as_of);
  const bool is_past = shown == nullptr;
  if (is_past) {
    if (!was_there(whose, as_of))
      return missing(tasks_.was_there(id) ? ec::expired : ec::data_not_found, as_of);
    shown = &whose.versions.oldest();
  }
  if (!is_past && !shown->alive && as_of - shown->exit_time > config_.keep_exited)
    return missing(ec::expired, as_of);
  if (!shown->answer)
    shown->answer = lent_answer{to_info(whose, *owner, *shown)};
  get_result<tree_answer> result = shown->answer.lend();
  const auto* process = owner->versions.find(as_of);
  result.complete = !is_past && as_of < shown->exact_until
                    && (holes_.empty() || process == nullptr
                        || !holes_.touch(*owner, *process, as_of));
  return result;
}

process_tree_state::number process_tree_state::next_ancestor(const process& child,
                                                             time_ns asked) const {
  if (child.ns_pid == 1)
    return none; // The lineage stays in the container.
  const auto* parent = tasks_.processes().find(child.parent_ref);
  const auto which = parent != nullptr && asked < parent->evicted
                         ? child.parent_ref.number
                         : tasks_.process_then(child.parent, asked);
  if (which == none || tasks_.is_forgotten(which, asked)
      || !was_there(tasks_.processes()[which], asked))
    return none;
  const auto own = child.pid_ns, its = tasks_.processes()[which].pid_ns;
  return own != 0 && its != 0 && own != its ? none : which;
}

get_result<tree_answer> process_tree_state::lineage(const view& first,
                                                    const tree_key& key,
                                                    time_ns as_of) const {
  process_lineage result;
  bool complete = first.complete;
  const auto add = [&](const view& it, time_ns when, time_ns named) {
    auto whole = process_of(it, key.parts, when).shared();
    const auto* const info = std::get_if<process_info>(whole.get());
    result.push_back({named, {std::move(whole), info}});
  };
  add(first, as_of, as_of);
  std::vector<const process*> seen{first.whose};
  for (const auto* child = first.whose; result.size() <= key.max_depth;) {
    const auto which = next_ancestor(*child, as_of);
    if (which == none)
      break;
    view next{&tasks_.processes()[which], nullptr, as_of, {}, true};
    if (std::ranges::find(seen, next.whose) != seen.end())
      break;
    // A birth counts as of the event that told of it, not of its start time.
    const auto born = child->forked ? child->versions.began() : child->start_time;
    const auto then = next.whose->versions.look_back(born, as_of);
    next.shown =
        then.version != nullptr ? then.version : &next.whose->versions.oldest();
    complete = complete && then.is_exact
               && (then.version != nullptr || child->forked || !next.whose->scanned);
    add(next, born, child->start_time == time_ns{} ? born : child->start_time);
    seen.push_back(next.whose);
    child = next.whose;
  }
  complete = complete && (holes_.empty() || !holes_.hide_some(as_of));
  get_result<tree_answer> answer = share(tree_answer{std::move(result)});
  answer.complete = complete;
  return answer;
}

} // namespace vedette
