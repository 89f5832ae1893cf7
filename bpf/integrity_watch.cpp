#include "bpf/integrity_watch.hpp"

#include <algorithm>

namespace vedette {

namespace {

std::vector<event_kind> seen_by(const kernel_side& kernel) {
  std::vector<event_kind> result;
  for (const auto event : integrity_events)
    if (std::ranges::count(kernel.probes(), event, &chosen_probe::event) > 0)
      result.push_back(event);
  return result;
}

} // namespace

integrity_watch::integrity_watch(std::shared_ptr<const kernel_side> kernel)
    : kernel_{std::move(kernel)}, check_{{kernel_, kernel_->tables()}, seen_by(*kernel_)},
      modules_{modules_loaded()} {}

std::optional<integrity_watch>
integrity_watch::of(std::shared_ptr<const kernel_side> kernel) {
  if (kernel->tables() == nullptr || seen_by(*kernel).empty())
    return {};
  return integrity_watch{std::move(kernel)};
}

std::uint64_t integrity_watch::modules_loaded() const {
  std::uint64_t sum = 0;
  for (unsigned shard = 0; shard < kernel_->shards(); ++shard)
    sum += kernel_->counts(event_kind::module_load, shard).seen;
  return sum;
}

std::vector<std::vector<std::byte>> integrity_watch::beat(std::uint64_t now_ns) {
  const auto loaded = modules_loaded();
  const bool news = std::exchange(modules_, loaded) != loaded;
  if (!news && now_ns < due_ns_)
    return {};
  // A module is told before its first function runs: look at the next beat, too.
  due_ns_ = news ? now_ns : now_ns + std::chrono::nanoseconds{interval}.count();
  return check_.check(now_ns);
}

} // namespace vedette
