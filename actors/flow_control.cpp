#include "actors/flow_control.hpp"

namespace vedette {

namespace {

void add(load& sum, event_view event) {
  ++sum.items;
  sum.since = std::min(sum.since, event.time());
  sum.until = std::max(sum.until, event.time());
}

void add(load& sum, const batch_ptr& events) {
  if (!events || events->empty())
    return;
  // In the order of time but for late ones.
  add(sum, (*events)[0]);
  add(sum, (*events)[events->size() - 1]);
  sum.items += events->size() - 2;
}

template <class Message>
void move_forward(Message& earlier, const Message& next) {
  earlier.watermark = std::max(earlier.watermark, next.watermark);
  earlier.last = earlier.last || next.last;
}

} // namespace

bool told_stream::pass(time_ns watermark, bool has_content) {
  passed_ = std::max(passed_, watermark);
  const bool is_first = !std::exchange(begun_, true);
  if (!has_content && !is_first && asked_ <= told_)
    return false;
  told_ = passed_;
  return true;
}

bool told_stream::ask(time_ns until) {
  asked_ = std::max(asked_, until);
  if (told_ >= until || told_ >= passed_)
    return false;
  told_ = passed_;
  return true;
}

load load_of(const flow& message) {
  load sum;
  add(sum, message.events);
  return sum;
}

load load_of(const output& message) {
  load sum;
  add(sum, message.events);
  sum.items -= message.events ? message.passed_over : 0;
  for (const auto& one : message.findings)
    add(sum, one.cause.view());
  return sum;
}

void strip(flow& message) {
  message.events = nullptr;
}

void strip(output& message) {
  message.events = nullptr;
  message.findings.clear();
}

bool absorb(flow& earlier, const flow& next) {
  if (earlier.shard != next.shard)
    return false;
  move_forward(earlier, next);
  earlier.settled = std::max(earlier.settled, next.settled);
  if (next.origin)
    earlier.origin = next.origin;
  return true;
}

bool absorb(output& earlier, const output& next) {
  if (earlier.stream != next.stream)
    return false;
  move_forward(earlier, next);
  return true;
}

} // namespace vedette
