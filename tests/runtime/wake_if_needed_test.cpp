#include "runtime/system_config.hpp"

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <gtest/gtest.h>

#include <cstddef>
#include <functional>
#include <latch>
#include <vector>

namespace vedette {

namespace {

using caf::ok_atom_v;

caf::behavior doing(caf::event_based_actor*, const std::function<void()>& what) {
  return {[what](caf::ok_atom) { what(); }};
}

// Workers of a system with two of them. A test hangs where nobody is woken.

TEST(WakeIfNeeded, WhatComesFromOutsideDoesNotWaitForAJobThatTakesLong) {
  system_config config{2};
  caf::actor_system system{config};
  std::latch began{1}, let_go{1}, done{2};
  const auto slow = system.spawn(doing, [&] {
    began.count_down();
    let_go.wait();
    done.count_down();
  });
  const auto other = system.spawn(doing, [&] {
    let_go.count_down();
    done.count_down();
  });
  caf::scoped_actor self{system};
  self->send(slow, ok_atom_v);
  began.wait();
  self->send(other, ok_atom_v);
  done.wait();
}

TEST(WakeIfNeeded, WhatAJobHasSentDoesNotWaitForEachOther) {
  system_config config{2};
  caf::actor_system system{config};
  std::latch let_go{1}, done{2};
  const auto slow = system.spawn(doing, [&] {
    let_go.wait();
    done.count_down();
  });
  const auto other = system.spawn(doing, [&] {
    let_go.count_down();
    done.count_down();
  });
  const auto first = system.spawn([=](caf::event_based_actor* self) -> caf::behavior {
    return {[=](caf::ok_atom) {
      self->send(slow, ok_atom_v);
      self->send(other, ok_atom_v);
    }};
  });
  caf::scoped_actor self{system};
  self->send(first, ok_atom_v);
  done.wait();
}

/// Passes what it gets on to the next, so many times.
caf::behavior passing_on(caf::event_based_actor* self,
                         const std::vector<caf::actor>* ring, std::size_t place,
                         std::latch* done) {
  return {[=](int hops) {
    if (hops == 0)
      done->count_down();
    else
      self->send((*ring)[(place + 1) % ring->size()], hops - 1);
  }};
}

TEST(WakeIfNeeded, NothingIsForgotten) {
  constexpr std::size_t actors = 64, tokens = 32;
  for (const std::size_t workers : {1, 2, 8}) {
    system_config config{workers};
    caf::actor_system system{config};
    std::latch done{tokens};
    std::vector<caf::actor> ring;
    for (std::size_t place = 0; place < actors; ++place)
      ring.push_back(system.spawn(passing_on, &ring, place, &done));
    caf::scoped_actor self{system};
    for (std::size_t token = 0; token < tokens; ++token)
      self->send(ring[token * 7 % actors], static_cast<int>(500 + token));
    done.wait();
  }
}

} // namespace

} // namespace vedette
