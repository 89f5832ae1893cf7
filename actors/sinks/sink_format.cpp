#include "actors/sinks/sink_format.hpp"

#include "actors/sinks/table_format.hpp"
#include "signatures/finding_json.hpp"

#include <utility>

namespace vedette {

namespace {

class json_format final : public sink_format {
public:
  explicit json_format(std::string host_name) : host_name_{std::move(host_name)} {}

  void add(std::string& out, const finding& found) override {
    append_finding_line(out, found, {host_name_});
  }
  void add(std::string& out, event_view event) override {
    append_event_line(out, event, {host_name_});
  }

private:
  std::string host_name_;
};

} // namespace

std::unique_ptr<sink_format> make_format(sink_type type, std::string host_name) {
  switch (type) {
  case sink_type::json:
    return std::make_unique<json_format>(std::move(host_name));
  case sink_type::table:
    break;
  }
  return std::make_unique<table_format>();
}

} // namespace vedette
