#include "events/json_writer.hpp"
#include "tests/datasources/containers/containers_fixture.hpp"

namespace vedette {

namespace {

namespace created = events::container_create;
namespace existing = events::existing_container;
namespace removed = events::container_remove;

container_announcement about(event_kind kind) {
  container_info info;
  info.id = full_id("ab");
  info.name = "web-1";
  info.image = "nginx:1.27";
  info.image_digest = "nginx@sha256:00";
  info.runtime = "docker";
  info.ctime = at_ns(900);
  info.pod_id = "u";
  info.pod_name = "p";
  info.pod_namespace = "n";
  info.pod_sandbox = true;
  return {kind, at_ns(1000), share(info), 7};
}

template <class Runtime, class Id, class Ctime, class Image, class Digest, class Name,
          class Pod, class Space, class Uid, class Sandbox>
void expect_facts(event_view event) {
  EXPECT_EQ(event.time(), at_ns(1000));
  EXPECT_EQ(event.header().cgroup_id, 7U);
  EXPECT_EQ(event.header().host_tgid, 0U) << "no process has done it";
  EXPECT_EQ(event.get<Runtime>(), "docker");
  EXPECT_EQ(event.get<Id>(), full_id("ab"));
  EXPECT_EQ(event.get<Ctime>(), 900U);
  EXPECT_EQ(event.get<Image>(), "nginx:1.27");
  EXPECT_EQ(event.get<Digest>(), "nginx@sha256:00");
  EXPECT_EQ(event.get<Name>(), "web-1");
  EXPECT_EQ(event.get<Pod>(), "p");
  EXPECT_EQ(event.get<Space>(), "n");
  EXPECT_EQ(event.get<Uid>(), "u");
  EXPECT_EQ(event.get<Sandbox>(), true);
}

TEST(container_announcements, are_events_with_every_argument) {
  const std::vector all{about(event_kind::container_create),
                        about(event_kind::existing_container),
                        about(event_kind::container_remove)};
  const auto batch = to_batch(all);
  ASSERT_EQ(batch->size(), 3U);
  expect_facts<created::runtime, created::container_id, created::ctime,
               created::container_image, created::container_image_digest,
               created::container_name, created::pod_name, created::pod_namespace,
               created::pod_uid, created::pod_sandbox>((*batch)[0]);
  expect_facts<existing::runtime, existing::container_id, existing::ctime,
               existing::container_image, existing::container_image_digest,
               existing::container_name, existing::pod_name, existing::pod_namespace,
               existing::pod_uid, existing::pod_sandbox>((*batch)[1]);
  const auto gone = (*batch)[2];
  EXPECT_EQ(gone.time(), at_ns(1000));
  EXPECT_EQ(gone.get<removed::runtime>(), "docker");
  EXPECT_EQ(gone.get<removed::container_id>(), full_id("ab"));
}

TEST(container_announcements, leave_out_what_is_not_known) {
  auto told = about(event_kind::container_create);
  container_info info;
  info.id = "x";
  info.runtime = "lxc";
  told.container = share(info);
  const auto batch = to_batch({&told, 1});
  const auto event = (*batch)[0];
  EXPECT_EQ(event.get<created::container_id>(), "x");
  EXPECT_EQ(event.get<created::ctime>(), 0U);
  EXPECT_FALSE(event.get<created::container_name>());
  EXPECT_FALSE(event.get<created::pod_name>());
  EXPECT_EQ(event.get<created::pod_sandbox>(), false);
}

TEST(container_notices, say_what_is_shown_with_each_event) {
  namespace notice = events::container_notice;
  const std::vector all{about(event_kind::container_create).container};
  const auto batch = to_notices(all);
  ASSERT_EQ(batch->size(), 1U);
  const auto event = (*batch)[0];
  EXPECT_EQ(event.get<notice::container_id>(), full_id("ab"));
  EXPECT_EQ(event.get<notice::container_name>(), "web-1");
  EXPECT_EQ(event.get<notice::container_image>(), "nginx:1.27");
  EXPECT_EQ(event.get<notice::container_image_digest>(), "nginx@sha256:00");
  EXPECT_EQ(event.get<notice::pod_name>(), "p");
  EXPECT_EQ(event.get<notice::pod_namespace>(), "n");
  EXPECT_EQ(event.get<notice::pod_uid>(), "u");
  EXPECT_EQ(event.get<notice::pod_sandbox>(), true);
}

using announced_containers = containers_test;

TEST_F(announced_containers, name_the_cgroup_by_which_their_events_are_known) {
  see({mkdir_at(100, 8, web_path_, 3), mkdir_at(101, 7, web_path_),
       mkdir_at(102, 9, web_path_ + "/below")});
  state_.tell_rest();
  const auto told = state_.take_announcements();
  ASSERT_EQ(told.size(), 1U) << "one container, whatever its directories";
  see({rmdir_at(200, 9, web_path_ + "/below"), rmdir_at(201, 7, web_path_),
       rmdir_at(202, 8, web_path_, 3)});
  const auto gone = state_.take_announcements();
  ASSERT_EQ(gone.size(), 1U);
  EXPECT_EQ(gone[0].kind, event_kind::container_remove);
  EXPECT_EQ(gone[0].cgroup, 7U);
}

TEST_F(announced_containers, are_not_learned_from_when_they_are_our_own) {
  const auto told = about(event_kind::container_create);
  const auto batch = to_batch({&told, 1});
  EXPECT_FALSE(containers_state::learns_from((*batch)[0]));
}

TEST_F(announced_containers, are_all_told_when_it_is_over) {
  containers_state asking{asking_docker()};
  const auto batch = make_batch({mkdir_at(100, 7, web_path_)});
  for (const auto event : batch->events())
    asking.apply(event);
  EXPECT_TRUE(asking.take_announcements().empty());
  EXPECT_EQ(asking.due(), at_ns(100 + second));
  asking.tell_rest();
  EXPECT_EQ(asking.take_announcements().size(), 1U);
  EXPECT_EQ(asking.due(), end_of_time);
}

TEST_F(announced_containers, a_scan_does_not_bring_back_what_was_removed_while_it_read) {
  see({rmdir_at(200, 7, web_path_), scan_at(210, 7, web_path_, 50, 12)});
  EXPECT_EQ(error_at(web_, 220), ec::data_not_found);
  see({scan_at(230, 7, web_path_, 50, 12, 4)});
  EXPECT_EQ(info(web_, 230).pid, 12U) << "an id is of a hierarchy";
}

} // namespace

} // namespace vedette
