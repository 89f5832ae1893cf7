#include "signatures/signature_info.hpp"

#include "signatures/selection.hpp"

namespace vedette {

namespace {

/// Has every data source, and remembers which were opened.
class recording_provider final : public source_provider {
public:
  std::expected<opened, error> open(std::string_view name_space, std::string_view id,
                                    std::type_index) override {
    paths.push_back(std::string{name_space} + "/" + std::string{id});
    constexpr auto any_version = 0U;
    return opened{nullptr, nullptr, any_version};
  }

  std::vector<std::string> paths;
};

/// With its origin: the kernel's side knows something of that, too.
std::expected<void, error> add(const selector& wanted, event_kind kind,
                               event_selection& to) {
  auto filter = filter_of(wanted, kind);
  if (!filter)
    return std::unexpected{std::move(filter.error())};
  if (wanted.origin != event_origin::any)
    if (auto added =
            filter->add("scope.origin=" + std::string{to_string(wanted.origin)});
        !added)
      return added;
  if (filter->fields().empty())
    to.add(kind);
  else
    to.add(std::move(*filter));
  return {};
}

} // namespace

std::expected<signature_info, error> inspect(const signature_factory& factory,
                                             const value& params) {
  const auto code = factory.make();
  signature_info result;
  result.metadata = code->metadata();
  result.selectors = code->selected_events();
  result.scope = code->scope();
  for (const auto& wanted : result.selectors) {
    auto kinds = selected_kinds(wanted);
    if (!kinds)
      return std::unexpected{std::move(kinds.error())};
    for (const auto kind : *kinds)
      if (auto added = add(wanted, kind, result.events); !added)
        return std::unexpected{std::move(added.error())};
  }
  recording_provider sources;
  signature_context context{sources, params};
  if (auto done = code->init(context); !done)
    return std::unexpected{std::move(done.error())};
  result.data_sources = std::move(sources.paths);
  return result;
}

} // namespace vedette
