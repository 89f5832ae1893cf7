#pragma once

#include "bpf/integrity_check.hpp"
#include "bpf/kernel_side.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace vedette {

/// When to look at the kernel's tables: now and then, and when a module was loaded.
class integrity_watch {
public:
  static constexpr std::chrono::seconds interval{30};

  /// Nothing: none of the events is wanted, or can be seen.
  static std::optional<integrity_watch> of(std::shared_ptr<const kernel_side> kernel);

  /// To be called every few seconds → records of what is new.
  std::vector<std::vector<std::byte>> beat(std::uint64_t now_ns);

private:
  explicit integrity_watch(std::shared_ptr<const kernel_side> kernel);
  [[nodiscard]] std::uint64_t modules_loaded() const;

  std::shared_ptr<const kernel_side> kernel_;
  integrity_check check_;
  std::uint64_t modules_ = 0; ///< Loaded when we looked last.
  std::uint64_t due_ns_ = 0;
};

} // namespace vedette
