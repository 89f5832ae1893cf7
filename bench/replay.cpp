// How fast `vedette replay` is: a generated file through the whole pipeline, default
// signatures, findings to /dev/null; beside simdjson's DOM, which parses the lines of
// the same file and does nothing else. In turns, on one core each, then on all.
//
//     bench_replay [--size MB] [--rounds N] [--file PATH] [--vedette PATH] [--check]

#include "bench/support/generated_host.hpp"
#include "bench/support/measure.hpp"
#include "events/ndjson_reader.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <simdjson.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

using namespace vedette;
using namespace vedette::bench;

namespace {

constexpr double target_percent = 25;

struct options {
  std::size_t megabytes = 1000;
  unsigned rounds = 5;
  std::string file, vedette;
  bool check = false;
};

struct input {
  std::string path;
  std::size_t bytes = 0, events = 0;
};

struct run {
  double wall_s = 0, cpu_s = 0;
};

std::size_t generate(int to, std::size_t bytes) {
  constexpr std::size_t piece = 8 << 20;
  generated_host host;
  std::string text;
  std::size_t events = 0;
  for (std::size_t done = 0; done < bytes; done += text.size()) {
    text.clear();
    events += host.append(text, std::min(piece, bytes - done));
    if (write(to, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
      give_up("cannot write the input: is the disk full?");
  }
  return events;
}

input make_input(const options& wanted) {
  input result;
  result.path = wanted.file.empty() ? std::filesystem::temp_directory_path()
                                          / "vedette_bench_replay.ndjson"
                                    : std::filesystem::path{wanted.file};
  const auto file =
      open(result.path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0)
    give_up("cannot open " + result.path);
  result.events = generate(file, wanted.megabytes * 1'000'000);
  result.bytes = static_cast<std::size_t>(lseek(file, 0, SEEK_CUR));
  close(file);
  return result;
}

/// Reads the file as replay does, and parses every line.
run parse_only(const input& from) {
  constexpr std::size_t piece = 1 << 20;
  const auto start = seconds_now();
  const auto before = own_cost().cpu_s();
  const auto file = open(from.path.c_str(), O_RDONLY | O_CLOEXEC);
  ndjson_reader lines;
  simdjson::dom::parser parser;
  std::size_t events = 0;
  for (bool more = true; more;) {
    const auto room = lines.prepare(piece);
    const auto size = read(file, room.data(), room.size());
    more = size > 0;
    if (more)
      lines.commit(static_cast<std::size_t>(size));
    else
      lines.finish();
    for (; const auto line = lines.next(); ++events)
      if (parser.parse(line->text.data(), line->text.size(), false).error()
          != simdjson::SUCCESS)
        give_up("the input is not JSON");
  }
  close(file);
  if (events != from.events)
    give_up("parsed " + std::to_string(events) + " lines");
  return {seconds_now() - start, own_cost().cpu_s() - before};
}

run replay(const options& wanted, const input& from,
           const std::vector<unsigned>& cpus) {
  const auto count = std::to_string(cpus.size());
  const auto start = seconds_now();
  started_program program{{vedette_path(wanted.vedette), "replay", "--set",
                           "pipeline.shards=" + count, "--set",
                           "scheduler.threads=" + count, from.path},
                          cpus};
  const auto used = program.wait();
  return {seconds_now() - start, used.cpu_s()};
}

/// MB/s with spread, events/s, and where CPU time and wall time part.
double print(const char* what, const input& of, const std::vector<run>& runs,
             bool by_cpu) {
  std::vector<double> seconds, cpu;
  for (const auto& one : runs) {
    seconds.push_back(by_cpu ? one.cpu_s : one.wall_s);
    cpu.push_back(one.cpu_s);
  }
  const auto [least, median, most] = spread_of(seconds);
  const auto megabytes = static_cast<double>(of.bytes) / 1e6;
  const auto events = static_cast<double>(of.events);
  std::printf("  %-34s %7.0f MB/s (%.0f to %.0f) %10.0f events/s %6.0f ns CPU/event\n",
              what, megabytes / median, megabytes / most, megabytes / least,
              events / median, spread_of(cpu).median / events * 1e9);
  return median;
}

double ratio_of_fastest(const std::vector<run>& parsing,
                        const std::vector<run>& replaying) {
  const auto fastest = [](const std::vector<run>& runs) {
    return std::ranges::min(runs, {}, &run::cpu_s).cpu_s;
  };
  return 100 * fastest(parsing) / fastest(replaying);
}

int measure(const options& wanted) {
  const auto input = make_input(wanted);
  const auto cpus = usable_cpus();
  const std::vector<unsigned> one{cpus.back()};
  std::printf(
      "replay: %zu events, %.0f MB, %zu bytes an event; simdjson %s; %u rounds\n",
      input.events, static_cast<double>(input.bytes) / 1e6, input.bytes / input.events,
      simdjson::get_active_implementation()->name().c_str(), wanted.rounds);
  std::vector<run> parsing, alone, together;
  for (unsigned round = 0; round < wanted.rounds; ++round) {
    run_on(one);
    parsing.push_back(parse_only(input));
    alone.push_back(replay(wanted, input, one));
    run_on(cpus);
    together.push_back(replay(wanted, input, cpus));
  }
  const auto parse =
      print("simdjson DOM, nothing else, one core", input, parsing, true);
  const auto pipeline = print("vedette replay, one core", input, alone, true);
  print("vedette replay, all cores, elapsed", input, together, false);
  const auto percent = 100 * parse / pipeline;
  std::printf(
      "  replay on one core runs at %.0f %% of parse-only (of the fastest of each: "
      "%.0f %%; target: at least %.0f %%) %s\n",
      percent, ratio_of_fastest(parsing, alone), target_percent,
      percent >= target_percent ? "ok" : "BELOW TARGET");
  if (wanted.file.empty())
    std::filesystem::remove(input.path);
  return wanted.check && percent < target_percent ? 1 : 0;
}

} // namespace

int main(int argc, char** argv) {
  options wanted;
  CLI::App app{"Replay beside parsing alone"};
  app.add_option("--size", wanted.megabytes, "MB of input");
  app.add_option("--rounds", wanted.rounds, "Of each")->check(CLI::PositiveNumber);
  app.add_option("--file", wanted.file, "Where to put the input; it stays there");
  app.add_option("--vedette", wanted.vedette, "The program");
  app.add_flag("--check", wanted.check, "Fail below the target");
  CLI11_PARSE(app, argc, argv);
  return measure(wanted);
}
