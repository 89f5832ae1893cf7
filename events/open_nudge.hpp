#pragma once

#include <utility>

namespace vedette {

/// Whether a stream owes those who wait an answer to a nudge. However many wait, and for
/// whatever times, it is woken up once: they see by what comes whether to ask again.
class open_nudge {
public:
  /// → whether to nudge it now.
  bool ask() { return !std::exchange(is_open_, true); }

  /// Something has come from the stream.
  void heard() { is_open_ = false; }

private:
  bool is_open_ = false;
};

} // namespace vedette
