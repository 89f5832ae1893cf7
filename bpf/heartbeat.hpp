#pragma once

#include "bpf/kernel_side.hpp"

#include <memory>
#include <string>
#include <vector>

namespace vedette {

/// Whether the programs still see what happens. What this process does is not reported,
/// but it is counted: so it does something harmless now and then, and looks whether it
/// was seen.
class heartbeat {
public:
  explicit heartbeat(std::shared_ptr<const kernel_side> kernel)
      : kernel_{std::move(kernel)} {}

  /// Acts and looks → what is wrong, a line each, that was not at the time before. What is
  /// not seen counts from the second time in a row on: a run that ends detaches first.
  std::vector<std::string> beat();

private:
  [[nodiscard]] std::uint64_t seen(event_kind event) const;

  std::shared_ptr<const kernel_side> kernel_;
  std::vector<event_kind> missed_;
  std::vector<std::string> known_;
};

} // namespace vedette
