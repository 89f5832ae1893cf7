// JSON lines: what simdjson's DOM takes to parse them and do nothing else, what
// line_parser takes to make records of them, and what the writer takes to make lines of
// those.
//
//     events_ndjson [MB of lines, 64] [rounds, 9]

#include "events/batch_builder.hpp"
#include "events/json_writer.hpp"
#include "events/line_parser.hpp"
#include "events/ndjson_reader.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <simdjson.h>
#include <string>
#include <vector>

using namespace vedette;

namespace {

/// What a host does: mostly opens, some processes that begin, run a program, and end.
class host {
public:
  std::string lines(std::size_t bytes) {
    std::string out;
    out.reserve(bytes + 8192);
    while (out.size() < bytes) {
      const auto dice = random_() % 100;
      const auto* name = dice < 70   ? "security_file_open"
                         : dice < 80 ? "sched_process_fork"
                         : dice < 90 ? "sched_process_exec"
                                     : "sched_process_exit";
      context(out, name);
      if (dice < 70)
        open(out);
      else if (dice < 80)
        fork(out);
      else if (dice < 90)
        exec(out);
      else
        exit(out);
      out += "]}\n";
    }
    return out;
  }

private:
  std::string number(std::uint64_t most) { return std::to_string(random_() % most); }

  void context(std::string& out, const char* name) {
    const auto pid = number(4'194'304);
    now_ += random_() % 100'000;
    out += R"({"timestamp":)" + std::to_string(now_);
    out += R"(,"threadStartTime":)" + std::to_string(now_ - random_() % 1'000'000'000);
    out += R"(,"processorId":)" + number(16) + R"(,"processId":)" + pid;
    out += R"(,"cgroupId":)" + number(100'000) + R"(,"threadId":)" + pid;
    out += R"(,"parentProcessId":)" + number(4'194'304) + R"(,"hostProcessId":)" + pid;
    out +=
        R"(,"hostThreadId":)" + pid + R"(,"hostParentProcessId":)" + number(4'194'304);
    out +=
        R"(,"userId":1000,"mountNamespace":4026531841,"pidNamespace":4026531836,)"
        R"("processName":"bash","executable":{"path":"/usr/bin/bash"},)"
        R"("hostName":"build-host-17","containerId":"","container":{},"kubernetes":{},)"
        R"("eventId":"732","eventName":")";
    out += name;
    out += R"(","matchedPolicies":[""],"argsNum":6,"returnValue":0,"syscall":"openat",)"
           R"("stackAddresses":null,"contextFlags":{"containerStarted":false,)"
           R"("isCompat":false},"threadEntityId":)"
           + number(9'007'199'254'740'991) + R"(,"processEntityId":)"
           + number(9'007'199'254'740'991) + R"(,"parentEntityId":)"
           + number(9'007'199'254'740'991) + R"(,"args":[)";
  }

  void open(std::string& out) {
    const auto path = "/usr/lib/x86_64-linux-gnu/lib" + number(1000) + ".so.6";
    out += R"({"name":"pathname","type":"string","value":")" + path;
    out += R"("},{"name":"flags","type":"int32","value":32768},)"
           R"({"name":"dev","type":"uint32","value":271581185},)"
           R"({"name":"inode","type":"uint64","value":)"
           + number(10'000'000) + R"(},{"name":"ctime","type":"uint64","value":)"
           + std::to_string(now_) + R"(},{"name":"syscall_pathname","type":"string",)"
           + R"("value":")" + path + "\"}";
  }

  void fork(std::string& out) {
    for (const auto* task : {"parent", "child", "parent_process", "leader"})
      for (const auto* id : {"tid", "ns_tid", "pid", "ns_pid"})
        out += std::string{R"({"name":")"} + task + "_" + id
               + R"(","type":"int32","value":)" + number(4'194'304) + "},";
    for (const auto* time : {"parent_start_time", "start_time",
                             "parent_process_start_time", "leader_start_time"})
      out += std::string{R"({"name":")"} + time + R"(","type":"time.Time","value":)"
             + std::to_string(now_) + "},";
    out.pop_back();
  }

  void exec(std::string& out) {
    out +=
        R"({"name":"cmdpath","type":"string","value":"/usr/bin/gcc"},)"
        R"({"name":"pathname","type":"string","value":"/usr/bin/x86_64-linux-gnu-gcc"},)"
        R"({"name":"dev","type":"uint32","value":271581185},)"
        R"({"name":"inode","type":"uint64","value":1837465},)"
        R"({"name":"ctime","type":"uint64","value":1699999990000000000},)"
        R"({"name":"inode_mode","type":"uint16","value":33261},)"
        R"({"name":"interpreter_pathname","type":"string",)"
        R"("value":"/lib64/ld-linux-x86-64.so.2"},{"name":"argv","type":"[]string",)"
        R"("value":["gcc","-O2","-Wall","-Iinclude","-DNAME=\"x\"","-c","src/file)"
        + number(10'000)
        + R"(.c","-o","out/file.o"]},{"name":"stdin_type","type":"uint16","value":8192},)"
          R"({"name":"invoked_from_kernel","type":"bool","value":false},)"
          R"({"name":"env","type":"[]string","value":["PATH=/usr/local/sbin:/usr/local/)"
          R"(bin:/usr/sbin:/usr/bin:/sbin:/bin","HOME=/home/builder","LANG=C.UTF-8",)"
          R"("PWD=/home/builder/project","SHELL=/bin/bash","TERM=xterm-256color"]},)"
          R"({"name":"pwd","type":"string","value":"/home/builder/project"})";
  }

  void exit(std::string& out) {
    out += R"({"name":"exit_code","type":"int32","value":)" + number(2);
    out += R"(},{"name":"signal_code","type":"int32","value":0},)"
           R"({"name":"process_group_exit","type":"bool","value":true})";
  }

  std::mt19937_64 random_{1};
  std::uint64_t now_ = 1'700'000'000'000'000'000;
};

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
  const auto input = host{}.lines(megabytes * 1'000'000);
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
