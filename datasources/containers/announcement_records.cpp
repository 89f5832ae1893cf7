#include "datasources/containers/announcement_records.hpp"

#include "events/batch_builder.hpp"
#include "events/record_writer.hpp"

#include <algorithm>

namespace vedette {

namespace {

namespace created = events::container_create;
namespace existing = events::existing_container;
namespace removed = events::container_remove;
namespace noticed = events::container_notice;

template <class Runtime, class Id>
void put_identity(record_writer& record, const container_info& container) {
  record.text_if_any<Runtime>(container.runtime);
  record.text_if_any<Id>(container.id);
}

template <class Ctime, class Image, class Digest, class Name, class Pod, class Space,
          class Uid, class Sandbox>
void put_facts(record_writer& record, const container_info& container) {
  const auto made = container.ctime.time_since_epoch().count();
  record.number<Ctime>(static_cast<std::uint64_t>(std::max<std::int64_t>(made, 0)));
  record.text_if_any<Image>(container.image);
  record.text_if_any<Digest>(container.image_digest);
  record.text_if_any<Name>(container.name);
  record.text_if_any<Pod>(container.pod_name);
  record.text_if_any<Space>(container.pod_namespace);
  record.text_if_any<Uid>(container.pod_id);
  record.number<Sandbox>(container.pod_sandbox ? 1 : 0);
}

void put(record_writer& record, const container_announcement& told) {
  const auto& container = *told.container;
  if (told.kind == event_kind::container_create) {
    put_identity<created::runtime, created::container_id>(record, container);
    put_facts<created::ctime, created::container_image, created::container_image_digest,
              created::container_name, created::pod_name, created::pod_namespace,
              created::pod_uid, created::pod_sandbox>(record, container);
  } else if (told.kind == event_kind::existing_container) {
    put_identity<existing::runtime, existing::container_id>(record, container);
    put_facts<existing::ctime, existing::container_image,
              existing::container_image_digest, existing::container_name,
              existing::pod_name, existing::pod_namespace, existing::pod_uid,
              existing::pod_sandbox>(record, container);
  } else {
    put_identity<removed::runtime, removed::container_id>(record, container);
  }
}

} // namespace

raw_batch_ptr to_batch(std::span<const container_announcement> announcements) {
  batch_builder builder{0};
  for (const auto& one : announcements) {
    record_writer record{one.kind,
                         static_cast<std::uint64_t>(one.at.time_since_epoch().count())};
    record.header().cgroup_id = one.cgroup;
    put(record, one);
    builder.add(record.take());
  }
  return builder.take();
}

raw_batch_ptr to_notices(std::span<const shared_record<container_info>> containers) {
  batch_builder builder{0};
  for (const auto& one : containers) {
    record_writer record{event_kind::container_notice, 0};
    record.text_if_any<noticed::container_id>(one->id);
    record.text_if_any<noticed::container_name>(one->name);
    record.text_if_any<noticed::container_image>(one->image);
    record.text_if_any<noticed::container_image_digest>(one->image_digest);
    record.text_if_any<noticed::pod_name>(one->pod_name);
    record.text_if_any<noticed::pod_namespace>(one->pod_namespace);
    record.text_if_any<noticed::pod_uid>(one->pod_id);
    record.number<noticed::pod_sandbox>(one->pod_sandbox ? 1 : 0);
    builder.add(record.take());
  }
  return builder.take();
}

} // namespace vedette
