#pragma once

#include "datasources/change_log.hpp"
#include "datasources/dns/config.hpp"
#include "datasources/dns/dns.hpp"
#include "datasources/dns/graph.hpp"
#include "datasources/dns/holes.hpp"
#include "datasources/dns/outstanding.hpp"
#include "datasources/leaving_line.hpp"
#include "datasources/tombstones.hpp"
#include "events/batch.hpp"
#include "events/dns/dns_event_reader.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// Where a message was seen.
struct dns_context {
  time_ns time{};
  std::uint64_t position = 0; ///< Breaks ties of time.
  entity_id process{};
  std::string_view container; ///< Full id; empty: the host.
  std::optional<std::uint16_t> src_port, dst_port;
};

/// Which names and addresses belong together, from DNS messages: spec/data-sources.md
/// section 4. Records may come in any order of time. No actors, no clock.
///
/// All limits follow from `names`: so many names that were asked for, 16 times as many
/// nodes, 32 times as many records; a name has 1024 of them at most, an answer lists
/// what a walk over 4096 nodes finds.
class dns_state {
public:
  explicit dns_state(const dns_config& config);

  static bool learns_from(event_view event);

  void apply(event_view event);
  /// One message, query or answer, of whichever source.
  void apply_message(const dns_message& message, const dns_context& context);

  /// Everything up to `now` has been applied; those who lag ask about times from `settled`
  /// on: forgets what has been expired for `keep_expired`.
  void advance(time_ns now, time_ns settled = end_of_time);

  /// Errors: key_not_supported, the empty key; data_not_found, nothing was known by
  /// then; expired, nothing of what was known is valid. Incomplete: packets were lost
  /// shortly before, limits have cut the answer, or it is about a past that is no
  /// longer kept.
  get_result<dns_info> get(const dns_key& key, time_ns as_of);

  void report(source_metrics& metrics) const;

  change_log<dns_key>& changes() { return changes_; }
  [[nodiscard]] value show_key(const dns_key& key) const;

  /// What was not learned from, by reason.
  struct refusals {
    std::uint64_t malformed = 0; ///< No trace.ProtoDNS, or records in it that are none.
    std::uint64_t other_ports = 0;   ///< Neither end is a server's port.
    std::uint64_t other_opcodes = 0; ///< Updates, notifications, ...
    std::uint64_t unsolicited = 0;   ///< Ignored, as configured.
    std::uint64_t over_limit = 0;    ///< Records beyond what one message may bring.
  };
  [[nodiscard]] refusals refused() const;
  /// The same for people: `malformed`, `other_ports`, …
  [[nodiscard]] value::object details() const;

private:
  using number = std::uint32_t;
  static constexpr auto none = dns_graph::none;
  static constexpr std::size_t most_outs = 1024, most_records = 1024,
                               most_walked = 4096, most_negatives = 8;

  /// What all records of one message have in common.
  struct telling {
    const dns_message* message = nullptr;
    dns_context context;
    std::uint32_t mentioned = 0;
    bool solicited = false;
    entity_id asked_by{};
    std::shared_ptr<const std::string> container;
    std::size_t records = 0;
  };

  // What a message says: learn.cpp.
  void learn_query(telling& told);
  void learn_answer(telling& told);
  void learn_question(telling& told, const dns_question& question);
  void learn_record(telling& told, const dns_record& record, bool is_answer);
  void learn_hints(telling& told, number owner, const dns_record& record);
  void learn_negative(telling& told, const dns_question& question);
  void learn_edge(telling& told, number owner, number target, const dns_record& record,
                  std::string_view value);
  void learn_detail(telling& told, number owner, const dns_record& record);
  [[nodiscard]] bool is_served(const dns_context& context) const;
  [[nodiscard]] time_ns end_of(const telling& told, std::uint32_t ttl) const;
  /// What ended by then is not kept.
  [[nodiscard]] time_ns over() const {
    return now_ == beginning_of_time ? now_ : now_ - config_.keep_expired;
  }
  [[nodiscard]] time_ns last_time() const { return end_of_time - config_.keep_expired; }
  std::uint64_t query_id(const telling& told, const dns_question& question,
                         bool answer) const;
  std::shared_ptr<const std::string> share_container(std::string_view id);
  number name_node(telling& told, std::string_view name, time_ns until, bool known);
  number address_node(telling& told, const ip_address& address, time_ns until);
  number node(telling& told, std::uint64_t id, std::string_view text, bool is_address,
              time_ns until, bool known);
  void ask(telling& told, number which);
  void tell_change(number which, time_ns at);

  // What goes: forget.cpp.
  /// It is over by then, or there is no room; then it leaves, and is removed when nobody
  /// lags so far any more.
  struct leaver {
    bool is_node;
    number which;
    std::uint32_t generation;
  };
  void expire(time_ns now);
  void remove_left();
  void use(number which, time_ns when);
  /// Something that was valid before this time, and nothing else, is no longer kept.
  void forgot(time_ns until) { forgotten_ = std::max(forgotten_, until); }
  void unlink_asked(number which);
  void make_room(time_ns now);
  [[nodiscard]] bool is_over_limit() const;
  bool evict_name(time_ns now);
  void evict(number which, time_ns now);
  bool evict_edge(time_ns now);
  void leave_edge(number which, time_ns now);
  void leave_with_unused(number which, time_ns now);
  void leave_if_unused(number which, time_ns now);
  void leave_node(number which, time_ns now);
  void remove_edge(number which);
  void remove_node(number which);

  // What is known: answers.cpp.
  /// One question on its way through the graph.
  struct walk {
    explicit walk(time_ns as_of, dns_parts wanted = dns_parts::plain)
        : asked{as_of}, parts{wanted} {}

    time_ns asked;
    dns_parts parts;
    dns_window holds;
    bool found = false; ///< Something is valid.
    bool complete = true;

    [[nodiscard]] bool solicited_only() const {
      return has(parts, dns_parts::solicited_only);
    }
  };
  [[nodiscard]] static const dns_sighting* valid(walk& way, const dns_edge& edge);
  struct found_edge {
    const dns_edge* edge;
    const dns_sighting* sighting;
  };
  get_result<dns_info> answer(number which, const dns_key& key, time_ns as_of);
  void walk_down(walk& way, number from);
  void walk_up(walk& way, number from);
  void step_pointers(walk& way, number from);
  void take(walk& way, const dns_edge& edge, const dns_sighting& sighting);
  time_ns last_heard(walk& way, number which, const dns_negative* negative) const;
  void list(walk& way, number which);
  const dns_negative* find_negative(walk& way, const dns_node& whose) const;
  void fill(walk& way, dns_info& info);
  void fill_records(dns_info& info) const;
  get_result<dns_info> missed(time_ns as_of, const dns_node* whose, std::uint64_t id);

  dns_config config_;
  dns_graph graph_;
  due_line edges_due_, nodes_due_, dying_;
  number oldest_ = none, newest_ = none; ///< Of those asked for, by use.
  std::size_t asked_ = 0;
  leaving_line<leaver> leaving_;
  outstanding_queries outstanding_;
  tombstones gone_;
  dns_holes holes_;
  dns_event_reader reader_;
  std::string text_; ///< For what is put together.
  std::array<std::shared_ptr<const std::string>, 64> containers_; ///< Seen lately.
  std::vector<number> released_;
  std::vector<number> way_, names_, addresses_, above_;
  std::vector<found_edge> edges_;
  std::uint32_t walks_ = 0;
  std::uint64_t changed_ = 1; ///< Counts what may change an answer.
  time_ns now_ = beginning_of_time;    ///< Nobody lags more.
  time_ns latest_ = beginning_of_time; ///< Of what was applied.
  time_ns forgotten_ = beginning_of_time; ///< What was before is not all kept.
  change_log<dns_key> changes_;
  refusals refused_;
  std::uint64_t hits_ = 0, misses_ = 0, expired_ = 0, evicted_ = 0;
};

} // namespace vedette
