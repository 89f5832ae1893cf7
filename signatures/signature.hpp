#pragma once

#include "datasources/source_handle.hpp"
#include "events/batch.hpp"
#include "runtime/errors.hpp"
#include "runtime/task.hpp"
#include "signatures/finding.hpp"
#include "signatures/metadata.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

namespace vedette {

/// Which events a signature is given. An event is delivered once, however many match.
struct selector {
  std::string source = "tracee"; ///< Of the event; findings come from "vedette".
  std::string name;              ///< Empty: any.
  event_origin origin = event_origin::any;
};

/// What a signature may use while it is initialised.
class signature_context {
public:
  signature_context(source_provider& sources, const value& params)
      : sources_{sources}, params_{params} {}

  /// Gives the source's typed handle. `supported` is the newest version that the signature
  /// understands. Errors: no_such_source; version_mismatch, naming both versions.
  template <class Source>
  std::expected<typename Source::handle, error>
  data_source(std::string_view name_space, std::string_view id, std::uint32_t supported) {
    auto found = sources_.open(name_space, id, typeid(Source));
    if (!found)
      return std::unexpected{std::move(found.error())};
    if (found->version > supported)
      return std::unexpected{
          error{ec::version_mismatch,
                std::string{name_space} + "/" + std::string{id} + " is version "
                    + std::to_string(found->version)
                    + ", this signature understands up to " + std::to_string(supported)
                    + ": update the signature"}};
    return typename Source::handle{source_handle<Source>{
        static_cast<get_collector<Source>*>(found->gets), found->tally, found->version}};
  }

  /// `signatures.params.<ID>` from the configuration; null: there are none.
  [[nodiscard]] const value& params() const { return params_; }

private:
  source_provider& sources_;
  const value& params_;
};

/// Where a signature reports. Cheap to copy; belongs to one event.
class reporter {
public:
  class receiver {
  public:
    /// Where event number `order` of the work in hand stands decides where the finding
    /// goes, whenever it comes.
    virtual void found(std::size_t order, finding_data data) = 0;

  protected:
    ~receiver() = default;
  };

  reporter(receiver& to, std::size_t order) : to_{&to}, order_{order} {}

  /// The signature fired on this event.
  void found(finding_data data = {}) const { to_->found(order_, std::move(data)); }

private:
  receiver* to_;
  std::size_t order_;
};

/// What a handler gives back: a coroutine that is to be run, or nothing if there is nothing
/// to await. Most events end without a frame:
///
///   handled my_signature::on_event(event_view event, reporter report) {
///     if (!looks_bad(event))
///       return {};
///     return ask(event, report); // a member coroutine
///   }
using handled = co::task<>;

/// Something that is not an event: an input has ended.
struct signal {
  enum class type : std::uint8_t { source_complete } is = type::source_complete;
  std::string source; ///< Which one.
};

/// Detects something in events. Runs inside one actor, one instance per shard: no locks, no
/// waiting but co_await.
class signature {
public:
  signature() = default;
  signature(const signature&) = delete;
  signature& operator=(const signature&) = delete;
  virtual ~signature() = default;

  [[nodiscard]] virtual signature_metadata metadata() const = 0;
  [[nodiscard]] virtual std::vector<selector> selected_events() const = 0;

  /// True: the next event of a process waits for the end of the one before, also while
  /// that is suspended. For signatures that change their own state after an await.
  [[nodiscard]] virtual bool serial() const { return false; }

  /// Opens data sources, reads parameters. An error keeps this signature, and no other,
  /// from being loaded.
  virtual std::expected<void, error> init(signature_context& /*context*/) { return {}; }

  /// Handles one event. Started in the order of a process's events. `event` stays valid
  /// while the handler is suspended.
  virtual handled on_event(event_view event, reporter report) = 0;

  virtual void on_signal(const signal& /*signal*/) {}

  /// Nothing comes after this.
  virtual void close() {}
};

} // namespace vedette
