#pragma once

#include "datasources/source_handle.hpp"
#include "events/event_origin.hpp"
#include "runtime/errors.hpp"
#include "runtime/task.hpp"
#include "signatures/finding.hpp"
#include "signatures/metadata.hpp"

#include <cstdint>
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
  std::string name = {};         ///< Empty: any.
  event_origin origin = event_origin::any;
  /// Conditions on fields, all of which must hold: `pathname=/etc/*`, `uid>=1000`; see
  /// event_filter. Looked at before the signature is called, and in the kernel where that is
  /// possible.
  std::vector<std::string> filters = {};
};

/// Versions of a data source's schema that a signature can work with.
struct source_versions {
  constexpr source_versions(std::uint32_t only) : oldest{only}, newest{only} {}
  constexpr source_versions(std::uint32_t from, std::uint32_t to) : oldest{from}, newest{to} {}

  [[nodiscard]] constexpr bool include(std::uint32_t version) const {
    return oldest <= version && version <= newest;
  }

  std::uint32_t oldest, newest;
};

/// "2", or "1 to 3".
inline std::string to_string(source_versions which) {
  const auto first = std::to_string(which.oldest);
  return which.oldest == which.newest ? first
                                      : first + " to " + std::to_string(which.newest);
}

/// What a signature may use while it is initialised.
class signature_context {
public:
  signature_context(source_provider& sources, const value& params)
      : sources_{sources}, params_{params} {}

  /// Gives the source's typed handle. `supported` is by default the version that the
  /// signature was compiled with. Errors: no_such_source; version_mismatch, naming both.
  template <class Source>
  std::expected<typename Source::handle, error>
  data_source(std::string_view name_space, std::string_view id,
              source_versions supported = Source::description().identity.version) {
    auto found = sources_.open(name_space, id, typeid(Source));
    if (!found)
      return std::unexpected{std::move(found.error())};
    if (found->version != 0 && !supported.include(found->version))
      return std::unexpected{
          error{ec::version_mismatch,
                std::string{name_space} + "/" + std::string{id} + " is version "
                    + std::to_string(found->version)
                    + ", this signature supports version " + to_string(supported)
                    + ": update the "
                    + (found->version > supported.newest ? "signature" : "data source")}};
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

/// Whose events come to the same instance of a signature, and share its state.
enum class signature_scope : std::uint8_t {
  process, ///< A process's: there is an instance for each shard.
  host,    ///< The host's, in the order of time: for state of containers, files, addresses.
};

/// Detects something in events. Runs inside one actor: no locks, no waiting but co_await.
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

  /// One of the host costs a merge of all shards for each event it selects.
  [[nodiscard]] virtual signature_scope scope() const { return signature_scope::process; }

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
