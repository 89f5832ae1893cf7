#pragma once

#include "datasources/dns/dns.hpp"
#include "datasources/dns/due_line.hpp"
#include "datasources/dns/recycling_pool.hpp"
#include "datasources/dns/sightings.hpp"
#include "datasources/flat_index.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vedette {

/// A negative answer: valid at `since` <= t < `until`.
struct dns_negative {
  dns_moment since; ///< Of two at one time the later one counts.
  time_ns until;
  bool nxdomain = false; ///< Else NODATA.
  bool solicited = false;
};

/// An answer that is given again for as long as it holds.
struct dns_kept_answer {
  lent_record<dns_info> info;
  dns_window holds;
  std::uint64_t changes = 0; ///< How many the state had seen when it was made.
  dns_parts parts{};
  bool complete = true;
};

/// When it was first asked for: by anything, and by a query or an answer to one.
using dns_first_asked = std::array<dns_moment, 2>;

/// A name or an address.
struct dns_node {
  static constexpr auto none = recycling_pool<dns_node>::none;

  std::uint64_t id = 0;
  std::string text; ///< Canonical.
  bool is_address = false;
  dns_moment first_seen;
  dns_first_asked asked;
  /// What `asked` was before there was no room for the question, and until when; for
  /// those who lag.
  std::vector<std::pair<time_ns, dns_first_asked>> asked_formerly;
  time_ns known_since = end_of_time;       ///< First in a record or negative answer.
  time_ns last_known = beginning_of_time;  ///< The last such.
  time_ns known_until = beginning_of_time; ///< Then it is forgotten.
  time_ns valid_until = beginning_of_time; ///< Its own records are dead from then on.
  time_ns used = beginning_of_time;        ///< Last asked for.
  time_ns lost_until = beginning_of_time;  ///< Until then records are missing here.
  time_ns left = end_of_time; ///< Only those who lag see it.
  std::uint32_t left_before = none; ///< With the same id.
  // Its records: edges, also those that have left, which are not counted.
  std::uint32_t first_out = none, last_out = none, outs = 0;
  std::uint32_t first_in = none, ins = 0; ///< Those that point to it; not its own.
  std::vector<dns_negative> negatives;
  std::uint32_t before = none, after = none; ///< Among those asked for, by `used`.
  bool is_asked = false;
  bool is_due = false;                        ///< In the line of those that die.
  std::uint32_t down = 0, up = 0, listed = 0; ///< Numbers of walks that came by.
  dns_kept_answer kept;

  void clear();
};

/// A record: an edge from its owner to its value, or, of another type, a detail of the
/// owner's.
struct dns_edge {
  static constexpr auto none = recycling_pool<dns_edge>::none;

  std::uint64_t id = 0;
  std::uint32_t from = none, to = none; ///< `to` is none: a detail.
  std::uint16_t type = 0;
  std::string value; ///< Of a detail.
  time_ns left = end_of_time; ///< Only those who lag see it.
  dns_sightings seen;
  std::uint32_t out_before = none, out_after = none;
  std::uint32_t in_before = none, in_after = none;

  void clear();
};

/// Nodes and edges: who points to whom. Lists keep their order: the latest edge comes
/// first. What has left is still there, but not found by those who do not lag.
class dns_graph {
public:
  static constexpr auto none = dns_node::none;

  dns_graph(std::size_t expected_nodes, std::size_t expected_edges)
      : node_index_{expected_nodes}, edge_index_{expected_edges}, left_index_{0} {}

  [[nodiscard]] std::uint32_t find(std::uint64_t id) const {
    return node_index_.find(id);
  }
  [[nodiscard]] std::uint32_t find(std::uint64_t id, time_ns as_of) const {
    return nodes_left_ == 0 ? find(id) : find_there(id, as_of);
  }
  /// Whether something has left by then that was known, and is still there.
  [[nodiscard]] bool had(std::uint64_t id, time_ns as_of) const;
  /// There must be none with this id.
  std::uint32_t add_node(std::uint64_t id, std::string_view text, bool is_address);
  /// Its edges have left.
  void leave_node(std::uint32_t number, time_ns since);
  /// It must have no edges.
  void remove_node(std::uint32_t number);
  /// That have not left.
  [[nodiscard]] std::size_t node_count() const { return nodes.size() - nodes_left_; }

  /// The edge from a node to another, or to a detail's value; added where there is
  /// none.
  std::uint32_t edge(std::uint32_t from, std::uint32_t to, std::uint16_t type,
                     std::string_view value, bool& is_new);
  void leave_edge(std::uint32_t number, time_ns since);
  void remove_edge(std::uint32_t number);
  [[nodiscard]] std::size_t edge_count() const { return edges.size() - edges_left_; }

  recycling_pool<dns_node> nodes;
  recycling_pool<dns_edge> edges;

  [[nodiscard]] std::size_t bytes() const;

private:
  void link(std::uint32_t number);
  void uncount(std::uint32_t edge);
  void unlink_left(std::uint32_t node);
  [[nodiscard]] std::uint32_t find_there(std::uint64_t id, time_ns as_of) const;

  flat_index node_index_, edge_index_;
  flat_index left_index_; ///< Nodes: the one that left last.
  std::size_t nodes_left_ = 0, edges_left_ = 0;
};

} // namespace vedette
