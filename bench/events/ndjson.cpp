// JSON lines: what simdjson's DOM takes to parse them and do nothing else, what
// line_parser takes to make records of them, and what the writer takes to make lines of
// those.
//
//     events_ndjson [MB of lines, 64] [rounds, 9]

#include "bench/support/generated_host.hpp"
#include "events/batch_builder.hpp"
#include "events/json_writer.hpp"
#include "events/line_parser.hpp"
#include "events/ndjson_reader.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <simdjson.h>
#include <string>
#include <vector>

using namespace vedette;

namespace {

double median(std::vector<double> seconds) {
  std::ranges::sort(seconds);
  return seconds[seconds.size() / 2];
}

/// Seconds of each round, after one that does not count.
std::vector<double> measure(int rounds, const std::function<void()>& work) {
  std::vector<double> seconds;
  for (auto i = 0; i <= rounds; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (i > 0)
      seconds.push_back(took.count());
  }
  return seconds;
}

void report(const char* what, std::size_t bytes, std::size_t events,
            const std::vector<double>& seconds) {
  const auto [least, most] = std::ranges::minmax(seconds);
  const auto middle = median(seconds);
  std::printf(
      "%-34s %6.0f MB/s (%.0f-%.0f) %9.0f events/s %5.0f ns/event\n", what,
      static_cast<double>(bytes) / middle / 1e6,
      static_cast<double>(bytes) / most / 1e6, static_cast<double>(bytes) / least / 1e6,
      static_cast<double>(events) / middle, middle / static_cast<double>(events) * 1e9);
}

/// All lines, cut out by the reader once: the parsers are to be compared, not that.
std::vector<std::string_view> cut(ndjson_reader& reader, std::string_view input) {
  reader.feed(input);
  reader.finish();
  std::vector<std::string_view> lines;
  while (const auto line = reader.next())
    lines.push_back(line->text);
  return lines;
}

std::size_t cut_in_chunks(std::string_view input) {
  ndjson_reader reader;
  std::size_t lines = 0;
  for (std::size_t at = 0; at < input.size(); at += 65536) {
    reader.feed(input.substr(at, 65536));
    while (reader.next())
      ++lines;
  }
  return lines;
}

raw_batch_ptr to_batch(const std::vector<std::string_view>& lines) {
  line_parser parser;
  batch_builder builder{0};
  for (std::size_t i = 0; i < std::min<std::size_t>(lines.size(), 10'000); ++i)
    builder.add(parser.parse(lines[i], i).value());
  auto batch = builder.take();
  std::vector<event_context> contexts;
  for (const auto event : batch->events()) {
    const auto& said = *event.extension();
    contexts.push_back({entity_id{said.thread_entity}, entity_id{said.process_entity},
                        entity_id{said.parent_entity}, event.text(said.executable),
                        ""});
  }
  batch->attach(std::move(contexts), nullptr);
  return batch;
}

} // namespace

int main(int argc, char** argv) {
  const auto megabytes = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 64;
  const auto rounds = argc > 2 ? std::atoi(argv[2]) : 9;
  std::string input;
  bench::generated_host{}.append(input, megabytes * 1'000'000);
  ndjson_reader reader;
  const auto lines = cut(reader, input);
  std::printf("simdjson: %s; %zu events, %zu bytes each\n",
              simdjson::get_active_implementation()->name().c_str(), lines.size(),
              input.size() / lines.size());

  report("cut into lines, 64 KiB at once", input.size(), lines.size(),
         measure(rounds, [&] {
           if (cut_in_chunks(input) != lines.size())
             std::abort();
         }));
  simdjson::dom::parser dom;
  const auto bare = measure(rounds, [&] {
    for (const auto line : lines)
      if (dom.parse(line.data(), line.size(), false).error() != simdjson::SUCCESS)
        std::abort();
  });
  report("simdjson DOM, nothing else", input.size(), lines.size(), bare);

  line_parser parser;
  const auto ours = measure(rounds, [&] {
    std::uint64_t position = 0;
    for (const auto line : lines)
      if (!parser.parse(line, position++))
        std::abort();
  });
  report("line_parser", input.size(), lines.size(), ours);
  std::printf("line_parser runs at %.0f %% of the DOM's speed\n",
              100 * median(bare) / median(ours));

  const auto batch = to_batch(lines);
  std::string out;
  std::size_t written = 0;
  const auto repeats = lines.size() / batch->size() + 1;
  const auto writing = measure(rounds, [&] {
    written = 0;
    for (std::size_t i = 0; i < repeats; ++i) {
      out.clear();
      for (const auto event : batch->events())
        append_event_line(out, event, {.host_name = "h1"});
      written += out.size();
    }
  });
  report("append_event_line", written, repeats * batch->size(), writing);
}
