#include "datasources/containers/runtimes/attempts.hpp"

#include <algorithm>

namespace vedette {

void attempts::add(const std::string& container_id, time now) {
  const auto [one, is_new] =
      open_.try_emplace(container_id, question{next_number_, now, now});
  if (!is_new) {
    one->second.forgotten = false;
    return;
  }
  ++counts_.asked;
  by_number_.emplace(next_number_++, container_id);
  wait_for(one, now);
}

void attempts::forget(const std::string& container_id) {
  const auto one = open_.find(container_id);
  if (one == open_.end())
    return;
  if (one->second.running) {
    one->second.forgotten = true;
  } else {
    ++counts_.dropped;
    erase(one);
  }
}

std::optional<attempt> attempts::start(time now) {
  if (running_ >= config_.in_flight
      || (closed() && (now < gate_until_ || running_ > 0)))
    return std::nullopt;
  while (!large_running_ && !large_.empty()) {
    const auto id = large_.front();
    large_.pop_front();
    const auto one = open_.find(id);
    if (one == open_.end() || one->second.running || !one->second.large)
      continue; // Forgotten since.
    large_running_ = true;
    return run(id);
  }
  if (due_.empty() || due_.begin()->first > now)
    return std::nullopt;
  return run(by_number_.at(due_.begin()->second));
}

bool attempts::answered(const std::string& container_id) {
  gate_wait_ = {};
  const auto one = open_.find(container_id);
  const bool wanted = !one->second.forgotten;
  ++(wanted ? counts_.answered : counts_.dropped);
  erase(one);
  return wanted;
}

std::optional<attempts::given_up> attempts::failed(const std::string& container_id,
                                                   const attempt_error& error,
                                                   time now) {
  ++failures_.at(static_cast<std::size_t>(error.reason));
  const auto one = open_.find(container_id);
  auto& [id, asked] = *one;
  if (error.reason == attempt_failure::no_socket)
    close_gate(error.detail, now);
  else
    gate_wait_ = {};
  if (asked.forgotten) {
    ++counts_.dropped;
    erase(one);
    return std::nullopt;
  }
  asked.running = false;
  --running_;
  const bool large = std::exchange(asked.large, false);
  if (large)
    large_running_ = false;
  if (error.reason == attempt_failure::too_large) {
    if (large)
      return give_up(one, error.detail);
    asked.large = true;
    large_.push_back(id);
    return std::nullopt;
  }
  if (error.reason != attempt_failure::no_socket)
    return retry(one, error, now);
  if (now - asked.since >= config_.patience)
    return give_up(one, error.detail);
  wait_for(one, now);
  return std::nullopt;
}

std::vector<attempts::given_up> attempts::expire(time now) {
  std::vector<given_up> result;
  if (!closed())
    return result;
  for (auto next = by_number_.begin(); next != by_number_.end();) {
    const auto one = open_.find((next++)->second);
    if (now - one->second.since < config_.patience)
      break;
    if (!one->second.running)
      result.push_back(*give_up(one, no_socket_));
  }
  return result;
}

std::optional<attempts::time> attempts::next() const {
  if (closed()) {
    if (running_ > 0 || open_.empty())
      return std::nullopt;
    // All that are open wait, the first has the least patience left.
    return std::min(gate_until_,
                    open_.at(by_number_.begin()->second).since + config_.patience);
  }
  if (running_ >= config_.in_flight || due_.empty())
    return std::nullopt;
  return due_.begin()->first;
}

runtime_status attempts::status() const {
  auto result = counts_;
  for (std::size_t reason = 0; reason < failures_.size(); ++reason)
    if (failures_[reason] > 0)
      result.failures.emplace(attempt_failure_names[reason], failures_[reason]);
  result.in_flight = running_;
  result.waiting = open_.size() - running_;
  return result;
}

void attempts::wait_for(questions::iterator one, time due) {
  one->second.due = due;
  due_.emplace(due, one->second.number);
}

void attempts::close_gate(const std::string& why, time now) {
  gate_wait_ =
      std::min(closed() ? 2 * gate_wait_ : config_.backoff, config_.longest_backoff);
  gate_until_ = now + gate_wait_;
  no_socket_ = why;
}

std::optional<attempt> attempts::run(const std::string& container_id) {
  auto& asked = open_.at(container_id);
  due_.erase({asked.due, asked.number});
  asked.running = true;
  ++running_;
  ++counts_.attempts;
  return attempt{container_id, asked.large};
}

std::optional<attempts::given_up>
attempts::retry(questions::iterator one, const attempt_error& error, time now) {
  auto& asked = one->second;
  if (asked.failures >= config_.retries)
    return give_up(one, error.detail);
  ++counts_.retries;
  auto wait = config_.backoff;
  for (auto n = asked.failures++; n > 0 && wait < config_.longest_backoff; --n)
    wait *= 2;
  wait_for(one, now + std::min(wait, config_.longest_backoff));
  return std::nullopt;
}

std::optional<attempts::given_up> attempts::give_up(questions::iterator one,
                                                    std::string why) {
  ++counts_.failed;
  given_up result{one->first, std::move(why)};
  erase(one);
  return result;
}

void attempts::erase(questions::iterator one) {
  const auto& asked = one->second;
  if (asked.running) {
    --running_;
    if (asked.large)
      large_running_ = false;
  }
  due_.erase({asked.due, asked.number});
  by_number_.erase(asked.number);
  open_.erase(one);
}

} // namespace vedette
