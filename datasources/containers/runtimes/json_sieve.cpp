#include "datasources/containers/runtimes/json_sieve.hpp"

namespace vedette {

void json_sieve::step(char c) {
  if (in_string_)
    return step_in_string(c);
  switch (c) {
  case '"':
    in_string_ = true;
    in_key_ = at_key();
    if (in_key_) {
      key_.clear();
      key_too_long_ = false;
    } else {
      keep(c);
    }
    break;
  case '{':
  case '[':
    keep(c);
    enter(c);
    break;
  case '}':
  case ']':
    if (copying_ == depth_)
      end_value();
    keep(c);
    leave();
    break;
  case ',':
    if (copying_ == depth_)
      end_value();
    keep(c);
    key_expected_ = depth_ > 0 && depth_ <= deepest && is_object_[depth_];
    break;
  case ':':
    if (at_key())
      begin_value();
    else
      keep(c);
    break;
  case ' ':
  case '\t':
  case '\n':
  case '\r':
    break;
  default:
    broken_ |= depth_ == 0;
    keep(c);
  }
}

void json_sieve::step_in_string(char c) {
  const bool ends = c == '"' && !escaped_;
  escaped_ = c == '\\' && !escaped_;
  if (!in_key_)
    keep(c);
  else if (ends)
    end_key();
  else if (key_.size() < longest)
    key_.push_back(c);
  else
    key_too_long_ = true;
  in_string_ = !ends;
}

void json_sieve::enter(char c) {
  broken_ |= complete_ || (depth_ == 0 && c != '{');
  ++depth_;
  key_expected_ = c == '{' && depth_ <= deepest;
  if (depth_ > deepest)
    return;
  is_object_[depth_] = c == '{';
  // Within a list names count for nothing: no wanted path has this one.
  path_.resize(path_end_[depth_ - 1]);
  if (c == '[')
    path_ += "/[]";
  path_end_[depth_] = path_.size();
}

void json_sieve::leave() {
  key_expected_ = false;
  if (depth_ == 0) {
    broken_ = true;
    return;
  }
  --depth_;
  complete_ |= depth_ == 0;
}

void json_sieve::end_key() {
  in_key_ = false;
  // A name under what is already a list's path stays under it.
  path_.resize(path_end_[depth_ - 1]);
  if (depth_ > 1) // Not: if there is a path. A name may be empty.
    path_ += '/';
  path_ += key_;
  path_end_[depth_] = path_.size();
}

void json_sieve::begin_value() {
  key_expected_ = false;
  const bool sure = wanted_.contains(path_);
  const bool in_open = path_.size() > open_.size() && path_.starts_with(open_)
                       && path_[open_.size()] == '/' && depth_ == deepest;
  over_ |= in_open && key_too_long_;
  if (key_too_long_ || !(sure || in_open))
    return;
  in_open_ = !sure;
  copying_ = depth_;
  kept_before_ = kept_.size();
  if (!kept_.empty())
    kept_ += ',';
  kept_ += '"';
  kept_ += path_;
  kept_ += "\":";
}

void json_sieve::end_value() {
  copying_ = 0;
  (in_open_ ? open_bytes_ : sure_bytes_) += kept_.size() - kept_before_;
}

void json_sieve::keep(char c) {
  if (copying_ == 0)
    return;
  kept_.push_back(c);
  const auto bytes =
      (in_open_ ? open_bytes_ : sure_bytes_) + kept_.size() - kept_before_;
  if (bytes <= (in_open_ ? limit_ : longest))
    return;
  kept_.resize(kept_before_);
  copying_ = 0;
  (in_open_ ? over_ : broken_) = true;
}

} // namespace vedette
