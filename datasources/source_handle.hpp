#pragma once

#include "datasources/get_collector.hpp"
#include "runtime/errors.hpp"

#include <coroutine>
#include <cstdint>
#include <expected>
#include <memory>
#include <string_view>
#include <typeindex>
#include <variant>

namespace vedette {

/// A wait for an answer that is one alternative of a source's sum type.
template <class Source, class Alternative>
class [[nodiscard]] narrowed_waiter {
public:
  narrowed_waiter(get_collector<Source>& gets, question<typename Source::key> asked,
                  get_tally* tally)
      : inner_{gets, asked, tally} {}

  [[nodiscard]] bool await_ready() const noexcept { return inner_.await_ready(); }
  void await_suspend(std::coroutine_handle<> coroutine) {
    inner_.await_suspend(coroutine);
  }
  get_result<Alternative> await_resume() {
    auto whole = inner_.await_resume();
    get_result<Alternative> result = std::unexpected{ec::key_not_supported};
    if (!whole)
      result = std::unexpected{whole.error()};
    else if (const auto* part = std::get_if<Alternative>(&*whole))
      result = shared_record<Alternative>{std::move(whole).shared(), part};
    result.complete = whole.complete;
    return result;
  }

private:
  typename get_collector<Source>::waiter inner_;
};

/// How a runner reaches one data source, whatever it is called for signatures: see
/// Source::handle. Valid as long as the signature is loaded. It is a template over any
/// type, as a source's handle is part of what makes it a data_source.
template <class Source>
class source_handle {
public:
  source_handle() = default;
  source_handle(get_collector<Source>* gets, get_tally* tally, std::uint32_t version)
      : gets_{gets}, tally_{tally}, version_{version} {}

  /// `co_await` gives the record as of a time, mostly the event's, or a get_error.
  [[nodiscard]] auto get(typename Source::key key, time_ns as_of) const {
    return gets_->get(key, as_of, tally_);
  }

  /// The same where the source's record is a sum and the key decides on the
  /// alternative.
  template <class Alternative>
  [[nodiscard]] auto get_as(typename Source::key key, time_ns as_of) const {
    return narrowed_waiter<Source, Alternative>{*gets_, {key, as_of}, tally_};
  }

  /// Of the running source's schema.
  [[nodiscard]] std::uint32_t version() const { return version_; }

private:
  get_collector<Source>* gets_ = nullptr;
  get_tally* tally_ = nullptr;
  std::uint32_t version_ = 0;
};

/// Where handles come from. Signatures know no more than this of what runs them.
class source_provider {
public:
  struct opened {
    /// The get_collector of the source that was asked for. Null: nothing will be asked,
    /// the signature is only looked at (signature_info.hpp).
    flushable* gets;
    get_tally* tally; ///< Counts what is asked through the handle; may be null.
    std::uint32_t version; ///< 0: of no source that runs.
  };

  /// The running source with this name that is described by the type `source`.
  /// Errors: no_such_source, or one of another type; unavailable, it has no actor.
  virtual std::expected<opened, error>
  open(std::string_view name_space, std::string_view id, std::type_index source) = 0;

protected:
  ~source_provider() = default;
};

} // namespace vedette
