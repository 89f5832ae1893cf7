#pragma once

#include "datasources/process_tree/versions.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace vedette {

/// Where older versions lie, of processes that are gone, for those that come. Most are
/// forked, execute and exit: they need as much. Some 150 KB of it are kept at most.
class spare_memory {
public:
  using memory = history<process_version>::memory;

  /// Empty: there is none.
  [[nodiscard]] memory take() {
    if (kept_.empty())
      return {};
    auto last = std::move(kept_.back());
    kept_.pop_back();
    return last;
  }

  /// Who needs more than most has had a longer life: that goes.
  void keep(memory left) {
    if (kept_.size() < most && left.capacity() > 0 && left.capacity() <= versions)
      kept_.push_back(std::move(left));
  }

private:
  static constexpr std::size_t versions = 2, most = 512;

  std::vector<memory> kept_;
};

} // namespace vedette
