#pragma once

#include "bpf/kernel_side.hpp"

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// Which probe is tried for each event, and what becomes of those that are refused.
class probe_choice {
public:
  /// The best probe without an objection for each event of the config, and for those
  /// that come with them.
  probe_choice(const kernel_config& config, const host_kernel& host);

  /// How programs tell of calls is decided for all: tp_btf/sys_exit sees each, so once
  /// a probe needs it, or many calls are watched, nothing is gained by tracepoints of
  /// their own. Before each attempt at loading.
  void agree_on_calls();

  /// A program was refused: whoever has it gets the next probe. False: nobody has it.
  bool give_up(std::string_view program, const std::string& reason);
  /// Its probe was loaded in vain.
  void cannot_show(event_kind event, const std::string& reason);

  /// Errors: no_probe, where events are asked for and none can be seen.
  [[nodiscard]] std::expected<void, error> anything() const;

  [[nodiscard]] bool watches(event_kind event) const;
  [[nodiscard]] std::span<chosen_probe> probes() { return probes_; }

  /// What it came to; once.
  [[nodiscard]] std::vector<chosen_probe> take_probes() { return std::move(probes_); }
  [[nodiscard]] std::vector<unseen_event> take_unseen() { return std::move(unseen_); }

private:
  bool choose_next(chosen_probe& event) const;
  [[nodiscard]] bool is_forced(const chosen_probe& event) const;
  [[nodiscard]] std::string objection_to_tracepoints(const chosen_probe& event) const;
  template <class Refuses>
  bool refuse(Refuses refuses);

  const kernel_config& config_;
  const host_kernel& host_;
  std::vector<chosen_probe> probes_;
  std::vector<unseen_event> unseen_;
};

} // namespace vedette
