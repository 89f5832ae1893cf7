#include "actors/sinks/sink_state.hpp"

#include <algorithm>
#include <utility>

namespace vedette {

sink_state::sink_state(std::size_t streams, sink_takes takes,
                       std::unique_ptr<sink_format> format)
    : takes_{std::move(takes)}, format_{std::move(format)}, merge_{streams}, streams_(streams),
      open_streams_{streams} {}

void sink_state::accept(const output& next) {
  auto& sender = streams_[next.stream];
  sender.from = next.from;
  sender.asked.heard();
  const auto add = [&](event_view at, item what) {
    newest_ = std::max(newest_, at.visible_at());
    merge_.push({at.visible_at(), at.position(), next.stream}, std::move(what));
    ++balance_.in;
  };
  if (next.events)
    for (const auto event : next.events->events())
      if (takes_.takes(event))
        add(event, event_ref{next.events, event.index()});
  if (takes_.findings)
    for (const auto& found : next.findings)
      add(found.cause.view(), found);
  merge_.advance(next.stream, next.watermark);
  if (next.last && !sender.ended) {
    sender.ended = true;
    sender.from = nudged_actor{};
    --open_streams_;
  }
}

void sink_state::write(std::string& out) {
  if (!std::exchange(begun_, true))
    format_->begin(out);
  merge_.release([&](const moment&, item&& what) {
    if (const auto* const event = std::get_if<event_ref>(&what)) {
      format_->add(out, event->view());
    } else {
      format_->add(out, std::get<finding>(what));
      ++findings_;
    }
    ++balance_.out;
  });
}

} // namespace vedette
