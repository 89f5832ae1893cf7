#include "datasources/containers/container_table.hpp"

#include "datasources/text_hash.hpp"

#include <algorithm>

namespace vedette {

namespace {

container_table::number first_before(const container_table::by_time& all,
                                     time_ns until) {
  if (all.empty() || std::get<time_ns>(*all.begin()) >= until)
    return container_table::none;
  return std::get<container_table::number>(*all.begin());
}

/// A free place, or a new one at the end.
template <class Item>
std::uint32_t take_place(std::deque<Item>& items, std::vector<std::uint32_t>& free) {
  if (free.empty()) {
    items.emplace_back();
    return static_cast<std::uint32_t>(items.size() - 1);
  }
  const auto place = free.back();
  free.pop_back();
  return place;
}

} // namespace

container_table::container_table(std::size_t limit)
    : limit_{limit}, gone_{2 * limit}, gone_cgroups_{2 * limit} {}

container_table::number container_table::find(std::string_view id) const {
  const auto key = container_key::of(id);
  auto which = with_head(key.head);
  while (which != none && (containers_[which].id != id || !is_there(which)))
    which = containers_[which].next;
  return which;
}

container_table::number container_table::live_directory(std::uint64_t id,
                                                        std::uint32_t hierarchy) const {
  for (auto which = with_cgroup(id); which != none; which = directories_[which].next) {
    const auto& one = directories_[which];
    if (one.hierarchy == hierarchy && one.until == end_of_time && is_there(one.owner))
      return which;
  }
  return none;
}

container_table::number container_table::to_evict() const {
  if (size() < limit_)
    return none;
  return std::get<number>(dead_.empty() ? *live_.begin() : *dead_.begin());
}

container_table::number container_table::add(std::string_view id,
                                             container_version first, time_ns born) {
  const auto which = take_place(containers_, free_containers_);
  auto& made = containers_[which];
  made.id = id;
  made.serial = added_++;
  made.key = container_key::of(id);
  made.first_seen = first.since;
  made.born = born;
  made.next = with_head(made.key.head);
  made.versions = history<container_version>{std::move(first)};
  heads_.put(place_of(made.key.head), which);
  live_.insert({made.first_seen, made.serial, which});
  return which;
}

container_table::number container_table::add_directory(number owner,
                                                       cgroup_directory made) {
  auto& all = containers_[owner].directories;
  if (all.size() >= most_directories) {
    const auto ended = std::ranges::find_if(
        all, [&](number one) { return directories_[one].until != end_of_time; });
    if (ended == all.end())
      return none;
    drop_directory(*ended);
  }
  const auto which = take_place(directories_, free_directories_);
  made.owner = owner;
  made.next = with_cgroup(made.id);
  cgroups_.put(made.id, which);
  directories_[which] = made;
  all.push_back(which);
  return which;
}

void container_table::unlink_directory(number which) {
  const auto& gone = directories_[which];
  const auto first = cgroups_.find(gone.id);
  if (first == which) {
    if (gone.next == none)
      cgroups_.erase(gone.id, which);
    else
      cgroups_.put(gone.id, gone.next);
    return;
  }
  for (auto before = first; before != none; before = directories_[before].next)
    if (directories_[before].next == which)
      directories_[before].next = gone.next;
}

void container_table::drop_directory(number which) {
  auto& gone = directories_[which];
  unlink_directory(which);
  gone_cgroups_.add(gone.id);
  dead_directories_.erase({gone.until, gone.id, which});
  std::erase(containers_[gone.owner].directories, which);
  gone = {};
  free_directories_.push_back(which);
}

void container_table::leave(number which, time_ns since) {
  auto& one = containers_[which];
  live_.erase({one.first_seen, one.serial, which});
  dead_.erase({one.removed_at, one.serial, which});
  one.left = since;
  leaving_.add(since, which);
}

void container_table::drop_left(time_ns settled) {
  const auto most = limit_ + (std::size_t{1} << 14U);
  while (const auto next = leaving_.next(settled, most))
    drop(next->who);
}

void container_table::drop(number which) {
  auto& gone = containers_[which];
  while (!gone.directories.empty())
    drop_directory(gone.directories.back());
  const auto place = place_of(gone.key.head);
  const auto first = heads_.find(place);
  if (first == which && gone.next == none)
    heads_.erase(place, which);
  else if (first == which)
    heads_.put(place, gone.next);
  else
    for (auto before = first; before != none; before = containers_[before].next)
      if (containers_[before].next == which)
        containers_[before].next = gone.next;
  gone_.add(gone.key.id);
  gone_.add(place);
  live_.erase({gone.first_seen, gone.serial, which});
  dead_.erase({gone.removed_at, gone.serial, which});
  gone = {};
  free_containers_.push_back(which);
}

void container_table::set_removed(number which, time_ns at) {
  auto& one = containers_[which];
  live_.erase({one.first_seen, one.serial, which});
  dead_.erase({one.removed_at, one.serial, which});
  one.removed_at = at;
  if (at == end_of_time)
    live_.insert({one.first_seen, one.serial, which});
  else
    dead_.insert({at, one.serial, which});
}

void container_table::end_directory(number which, time_ns at) {
  auto& one = directories_[which];
  if (one.until != end_of_time)
    return;
  one.until = at;
  dead_directories_.insert({at, one.id, which});
}

container_table::number container_table::removed_before(time_ns until) const {
  return first_before(dead_, until);
}

container_table::number container_table::directory_ended_before(time_ns until) const {
  return first_before(dead_directories_, until);
}

bool container_table::had_text(const container_key& key) const {
  // Of a prefix only the first bytes are told; a whole id may share them with another.
  constexpr std::size_t whole = 64;
  return gone_.has(key.id)
         || (key.length >= container_prefix && key.length < whole
             && gone_.has(place_of(key.head)));
}

std::size_t container_table::bytes() const {
  constexpr std::size_t node = 64; // Of a std::set, about.
  std::size_t texts = 0;
  for (const auto& one : containers_)
    texts += one.id.capacity() + one.directories.capacity() * sizeof(number)
             + (one.versions.size() - 1) * sizeof(container_version);
  return texts + containers_.size() * sizeof(container)
         + directories_.size() * sizeof(cgroup_directory) + heads_.bytes()
         + cgroups_.bytes() + gone_.bytes() + gone_cgroups_.bytes()
         + (size() + dead_directories_.size()) * node;
}

} // namespace vedette
