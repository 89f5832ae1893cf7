// docs/simulate.md derives from the table of acts.

#include "cli/simulate/act.hpp"
#include "tests/support/places.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

namespace vedette::simulation {

namespace {

const auto path = source_path("docs/simulate.md");

constexpr auto* introduction = R"(# Simulations

    vedette simulate ID…|all     do, harmlessly, what these signatures look for
    vedette run --signatures all -- vedette simulate all

shows whether an installation works: Vedette must find each act that is `shown`, once. Needs root.

Each act is done in a process of its own, with mounts, network and pids of its own, that ends with
it. Files are made in file systems in memory that cover `/etc`, `/proc` and others for this process
alone; programs and shells are a program that ends at once; connections go nowhere. What needs a
container is done in a cgroup that is named like one of Docker's, `/docker/<64 hex>`, and removed
afterwards, also after Ctrl-C (not after `kill -9`). Nothing is loaded into the kernel.

A line per signature says `shown`, or `cannot be shown here: ` and why; with `--output json` it is
`{"id","name","shown","reason","note"}`. The exit code is 0 if all that is possible here was done,
1 if an act crashed, took half a minute, or was interrupted, 2 if there is no such signature.

An act does what its signature looks for, once, and nothing that others look for. Below what it is
started (an IDE's `node`) does not matter, as lineages end where a pid namespace begins.

Made from the table of acts in `cli/simulate/`.

| Id | Finding | What is done | Where | Note |
|---|---|---|---|---|
)";

std::string derived() {
  std::string text = introduction;
  for (const auto& one : all_acts())
    text += fmt::format("| {} | `{}` | {} | {} | {} |\n", one.id, one.finding, one.what,
                        one.where == place::container ? "container" : "host", one.note);
  return text;
}

TEST(acts_reference, is_what_the_documentation_says) {
  if (std::getenv("VEDETTE_WRITE_DOCS") != nullptr)
    std::ofstream{path} << derived();
  std::ifstream file{path};
  const std::string written{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_EQ(written, derived())
      << "run the tests with VEDETTE_WRITE_DOCS=1 to write it anew";
}

} // namespace

} // namespace vedette::simulation
