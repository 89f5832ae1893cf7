#include "events/json_writer.hpp"

#include "events/syscall_names.hpp"

#include <bit>

namespace vedette {

namespace {

/// Writes where there is room already, as append_bounded() makes it: a check per key
/// and number would cost more than the writing.
class bounded_writer {
public:
  explicit bounded_writer(char* to) : to_{to} {}

  template <std::size_t Size>
  bounded_writer& text(const char (&literal)[Size]) {
    std::memcpy(to_, literal, Size - 1);
    to_ += Size - 1;
    return *this;
  }
  template <std::integral Integer>
  bounded_writer& number(Integer value) {
    to_ = std::to_chars(to_, to_ + 20, value).ptr;
    return *this;
  }
  bounded_writer& boolean(bool value) { return value ? text("true") : text("false"); }
  [[nodiscard]] char* end() const { return to_; }

private:
  char* to_;
};

/// `write` appends at most `most` bytes.
template <class Write>
void append_bounded(std::string& out, std::size_t most, Write write) {
  const auto before = out.size();
  out.resize_and_overwrite(before + most, [&](char* data, std::size_t) {
    bounded_writer writer{data + before};
    write(writer);
    return static_cast<std::size_t>(writer.end() - data);
  });
}

std::int64_t since_epoch(time_ns time) {
  return time.time_since_epoch().count();
}

std::int64_t thread_start(event_view event) {
  const auto start = event.header().thread_start_ns;
  if (start == 0)
    return 0; // Not known, with any clock.
  return static_cast<std::int64_t>(start) + event.owner().clock_offset().count();
}

void append_ids(std::string& out, event_view event) {
  const auto& header = event.header();
  append_bounded(out, 640, [&](bounded_writer& to) {
    to.text("\"timestamp\":").number(since_epoch(event.time()));
    to.text(",\"threadStartTime\":").number(thread_start(event));
    to.text(",\"processorId\":").number(header.cpu);
    to.text(",\"processId\":").number(header.ns_tgid);
    to.text(",\"cgroupId\":").number(header.cgroup_id);
    to.text(",\"threadId\":").number(header.ns_tid);
    to.text(",\"parentProcessId\":").number(header.ns_ppid);
    to.text(",\"hostProcessId\":").number(header.host_tgid);
    to.text(",\"hostThreadId\":").number(header.host_tid);
    to.text(",\"hostParentProcessId\":").number(header.host_ppid);
    to.text(",\"userId\":").number(header.uid);
    to.text(",\"mountNamespace\":").number(header.mnt_ns);
    to.text(",\"pidNamespace\":").number(header.pid_ns);
  });
}

/// JSON that came with a replayed event, or else what a live one would have.
std::string_view replayed_or(event_view event, record_bytes record_extension::*part,
                             std::string_view otherwise) {
  const auto* replayed = event.extension();
  if (replayed == nullptr || (replayed->*part).length == 0)
    return otherwise;
  return event.text(replayed->*part);
}

void append_container(std::string& out, event_view event) {
  out += ",\"containerId\":";
  append_json_string(out, event.container_id());
  out += ",\"container\":";
  const auto replayed = replayed_or(event, &record_extension::container, {});
  const auto* const known = event.context().container;
  if (known != nullptr) {
    out += known->container;
  } else if (replayed.empty() && !event.container_id().empty()) {
    out += "{\"id\":";
    append_json_string(out, event.container_id());
    out += '}';
  } else {
    out += replayed.empty() ? "{}" : replayed;
  }
  out += ",\"kubernetes\":";
  out += known != nullptr ? std::string_view{known->kubernetes}
                          : replayed_or(event, &record_extension::kubernetes, "{}");
}

void append_names(std::string& out, event_view event, const run_facts& facts) {
  const auto* replayed = event.extension();
  out += ",\"processName\":";
  append_json_string(out, event.process_name());
  out += ",\"executable\":{\"path\":";
  append_json_string(out, event.executable());
  out += "},\"hostName\":";
  const auto told = replayed != nullptr ? event.text(replayed->host_name) : std::string_view{};
  append_json_string(out, told.empty() ? facts.host_name : told);
  append_container(out, event);
}

std::string_view syscall_in_progress(event_view event) {
  if (const auto* replayed = event.extension())
    return event.text(replayed->syscall);
  const auto& header = event.header();
  return syscall_name(header.syscall, (header.flags & RECORD_COMPAT) != 0);
}

void append_outcome(std::string& out, event_view event, std::size_t arguments) {
  const auto& header = event.header();
  append_bounded(out, 96, [&](bounded_writer& to) {
    to.text(",\"argsNum\":").number(arguments);
    to.text(",\"returnValue\":").number(header.return_value);
    to.text(",\"syscall\":");
  });
  append_json_string(out, syscall_in_progress(event));
  out += ",\"stackAddresses\":";
  out += replayed_or(event, &record_extension::stack, "null");
  append_bounded(out, 256, [&](bounded_writer& to) {
    to.text(",\"contextFlags\":{\"containerStarted\":");
    to.boolean((header.flags & RECORD_CONTAINER_STARTED) != 0).text(",\"isCompat\":");
    to.boolean((header.flags & RECORD_COMPAT) != 0);
    to.text("},\"threadEntityId\":").number(static_cast<std::uint64_t>(event.thread()));
    to.text(",\"processEntityId\":")
        .number(static_cast<std::uint64_t>(event.process()));
    to.text(",\"parentEntityId\":").number(static_cast<std::uint64_t>(event.parent()));
  });
}

/// Objects in `{…},{…}`.
std::size_t count_objects(std::string_view json) {
  std::size_t count = 0;
  auto depth = 0;
  auto quoted = false;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const auto byte = json[at];
    if (byte == '"')
      quoted = !quoted;
    else if (quoted)
      at += byte == '\\' ? 1U : 0U;
    else if (byte == '{')
      count += depth++ == 0 ? 1U : 0U;
    else if (byte == '}')
      --depth;
  }
  return count;
}

} // namespace

void append_event_line(std::string& out, event_view event, const run_facts& facts) {
  append_event(out, event, facts);
  out += '\n';
}

void append_event(std::string& out, event_view event, const run_facts& facts) {
  out += '{';
  append_context(out, event, facts, identity_of(event));
  out += ",\"args\":[";
  append_arguments(out, event);
  out += ']';
  if (const auto metadata = replayed_or(event, &record_extension::metadata, {});
      !metadata.empty()) {
    out += ",\"metadata\":";
    out += metadata;
  }
  out += '}';
}

void append_context(std::string& out, event_view event, const run_facts& facts,
                    const json_identity& identity) {
  append_ids(out, event);
  append_names(out, event, facts);
  append_bounded(out, 40, [&](bounded_writer& to) {
    to.text(",\"eventId\":\"").number(identity.id).text("\"");
  });
  out += ",\"eventName\":";
  append_json_string(out, identity.name);
  out += ",\"matchedPolicies\":";
  // As Tracee has it where no policy is named.
  out += replayed_or(event, &record_extension::policies, "[\"\"]");
  append_outcome(out, event, identity.arguments);
}

json_identity identity_of(event_view event) {
  if (event.kind() != event_kind::unknown) {
    const auto& definition = definition_of(event.kind());
    return {definition.id, definition.name, count_arguments(event)};
  }
  const auto& replayed = *event.extension();
  return {replayed.event_id, event.text(replayed.name), count_arguments(event)};
}

std::size_t count_arguments(event_view event) {
  const auto known = static_cast<std::size_t>(std::popcount(event.header().present));
  return known + count_objects(replayed_or(event, &record_extension::arguments, {}));
}

} // namespace vedette
