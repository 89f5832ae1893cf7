#pragma once

#include "datasources/shared_record.hpp"
#include "events/flow.hpp"
#include "events/value.hpp"
#include "runtime/errors.hpp"
#include "runtime/interface.hpp"
#include "runtime/time.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/type_id.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

// CAF 0.17 atoms: at most 10 characters, no type id block needed.
CAF_ADD_ATOM(vedette_sources, vedette, describe_atom, "describe")
CAF_ADD_ATOM(vedette_sources, vedette, status_atom, "status")

// What all data sources have in common: one interface, described by one type per source.
// A new source is a new folder with a description, a record and a state, not a new
// protocol: source_shell.hpp makes an actor of the three.
namespace vedette {

/// Why a Get has no record: data_not_found, key_not_supported, expired or unavailable.
using get_error = ec;

/// Answer to one question: an immutable snapshot that is shared, not copied, or the reason
/// why there is none. A std::expected whose `->` and `*` reach the record itself.
template <class Record>
class get_result : public std::expected<shared_record<Record>, get_error> {
public:
  using base = std::expected<shared_record<Record>, get_error>;
  using base::base;

  const Record& operator*() const noexcept { return *base::operator*(); }
  const Record* operator->() const noexcept { return base::operator*().get(); }
  [[nodiscard]] const shared_record<Record>& shared() const& { return base::operator*(); }
  [[nodiscard]] shared_record<Record> shared() && { return std::move(base::operator*()); }

  /// False: something that belongs to the answer may be missing (a watermark that did not
  /// come in time, lost events, a past that is no longer kept).
  bool complete = true;
};

/// Answer to a bulk Get: one result per question, in the order of the questions.
template <class Record>
using get_page = std::vector<get_result<Record>>;

/// A key, and the time whose state the answer shows: everything that happened up to then,
/// nothing later. Each question has its own time, also in a bulk Get.
template <class Key>
struct question {
  Key key;
  time_ns as_of;

  bool operator==(const question&) const = default;
};

/// Who a data source is. `(name_space, id)` is unique in a running system; `version` grows
/// when the record's schema breaks.
struct source_identity {
  std::string name_space;
  std::string id;
  std::uint32_t version = 0;
  std::string description;

  /// "tracee/process_tree", as users write it.
  [[nodiscard]] std::string path() const { return name_space + "/" + id; }
};

/// One type of key that a source accepts, and what it answers to it.
struct key_description {
  std::string type;    ///< `process_key`, `string`, ...
  std::string example; ///< The key in JSON.
  value schema;        ///< JSON Schema (draft 2020-12) of the answer.
};

struct source_description {
  source_identity identity;
  std::vector<key_description> keys;
};

enum class health : std::uint8_t { healthy, degraded, failed };

/// What a data source has done since it started. Counts, except where it says otherwise.
struct source_metrics {
  std::uint64_t items = 0; ///< Kept now.
  std::uint64_t bytes = 0; ///< Kept now, about.
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t expired = 0;    ///< Dropped because their time was over.
  std::uint64_t evicted = 0;    ///< Dropped because the source was full.
  std::uint64_t writes = 0;     ///< Events learned from.
  std::uint64_t waited = 0;     ///< Questions that waited for a watermark.
  std::uint64_t nudges = 0;     ///< Sent to shards that lagged.
  std::uint64_t incomplete = 0; ///< Answers that said so.
  std::uint64_t pending = 0;    ///< Events that wait for their turn, now.
  std::chrono::nanoseconds feed_lag{0}; ///< Newest event seen minus watermark, now.
  std::uint64_t watchers = 0;           ///< Now.
  std::uint64_t changes_told = 0;       ///< To watchers.
  std::uint64_t changes_dropped = 0;    ///< Watchers that could not keep up missed them.
};

struct source_status {
  health is = health::healthy;
  std::string reason; ///< Why it is not healthy.
  source_metrics metrics;
  value::object details; ///< Further counts, of this source alone.
};

/// What events carry and the pipeline asks by: a small value without memory of its own.
template <class Key>
concept event_key = requires(const Key& key) {
  requires std::is_trivially_copyable_v<Key>;
  requires std::equality_comparable<Key>;
  requires sizeof(Key) <= 16;
  { std::hash<Key>{}(key) } -> std::same_as<std::size_t>;
};

/// A type that describes a data source. It is never instantiated; it names the source in
/// `source_actor`, `get_many` and `source_handle`. `handle` is what signatures keep.
template <class Source>
concept data_source = requires(const value& json, const typename Source::record& record) {
  requires event_key<typename Source::key>;
  requires std::is_object_v<typename Source::record>;
  typename Source::handle;
  { Source::description() } -> std::convertible_to<const source_description&>;
  /// A key as people write it. Errors: key_not_supported, with what was expected.
  { Source::parse_key(json) } -> std::same_as<std::expected<typename Source::key, error>>;
  /// The record as JSON, as of the time that was asked for.
  { Source::to_value(record, time_ns{}) } -> std::same_as<value>;
};

/// Bulk Get, any number of questions. One message instead of many: see batch_ptr.
template <data_source Source>
struct get_many {
  /// A constructor, as GCC 12 destroys an aggregate twice that is made inside a co_await
  /// expression: `co_await ask(self, to, get_many<containers>{questions})`.
  explicit get_many(std::vector<question<typename Source::key>> asked)
      : questions{std::move(asked)} {}

  std::vector<question<typename Source::key>> questions;
};

/// The same by name and JSON, for everybody who does not know the source's types.
struct dynamic_question {
  value key;
  std::optional<time_ns> as_of; ///< Nothing: now, the newest event's time.
};

struct get_many_dynamic {
  explicit get_many_dynamic(std::vector<dynamic_question> asked)
      : questions{std::move(asked)} {}

  std::vector<dynamic_question> questions;
};

struct dynamic_result {
  std::expected<value, error> record = value{};
  bool complete = true;
  time_ns as_of;
};

using dynamic_page = std::vector<dynamic_result>;

/// A key, and what is answered to it from `now.as_of` on.
struct changed_answer {
  value key;
  dynamic_result now;
};

/// What has changed, in order of time.
struct change_list {
  std::string source; ///< `tracee/dns`
  std::vector<changed_answer> changes;
  /// So many more came before these and are lost: this watcher was too slow. Never in a
  /// replay, which waits.
  std::uint64_t dropped = 0;
};

/// Who watches a data source. Its answer is its credit.
using watcher_actor = interface<result<void>(change_list)>;

/// From now on tell `to` when the answer to a key changes: after each event that changes
/// it, with that event's time. Ends when `to` quits.
struct watch_request {
  std::optional<value> key; ///< Nothing: all of them.
  watcher_actor to;
};

/// Every data source.
template <data_source Source>
using source_actor = interface<
    /// Who are you, what may be asked, what do answers look like? Errors: none.
    result<source_description>(describe_atom),

    /// Many questions → as many results, in the same order. A bad one never fails the
    /// others. Waits until every feeding shard has passed the times asked for, at most as
    /// long as configured. Errors: none.
    result<get_page<typename Source::record>>(get_many<Source>),

    /// The same for keys and records as JSON. Errors: none.
    result<dynamic_page>(get_many_dynamic),

    /// A shard's batches that have something for it, each once and before it goes on,
    /// and how far the shard is: with them, and when it asks the flow's origin. The
    /// answer is credit: mailboxes are unbounded, a sender keeps few flows unanswered.
    /// Errors: none.
    result<void>(flow),

    /// How are you, what have you done? Errors: none.
    result<source_status>(status_atom),

    /// Tell somebody of changes. Errors: key_not_supported; unavailable, it has too many
    /// watched keys already.
    result<void>(watch_request)>;

/// Any source, as those see it who feed it, ask it by name, or look after it.
using any_source_actor =
    interface<result<source_description>(describe_atom),
              result<dynamic_page>(get_many_dynamic), result<void>(flow),
              result<source_status>(status_atom), result<void>(watch_request)>;

} // namespace vedette

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(vedette::change_list)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(vedette::watch_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(vedette::source_description)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(vedette::source_status)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(vedette::get_many_dynamic)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(vedette::dynamic_page)

// CAF 0.17 cannot look into std::expected, optional, variant or string_view: questions and
// answers are opaque to it. Said once for the messages of all sources.
template <class Source>
struct caf::allowed_unsafe_message_type<vedette::get_many<Source>> : std::true_type {};
template <class Record>
struct caf::allowed_unsafe_message_type<std::vector<vedette::get_result<Record>>>
    : std::true_type {};
