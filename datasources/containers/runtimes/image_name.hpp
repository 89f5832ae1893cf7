#pragma once

#include <string>
#include <string_view>

namespace vedette {

/// `registry:5000/team/nginx:1.27` → `registry:5000/team/nginx`. Also without a digest.
inline std::string_view repository_of(std::string_view image) {
  image = image.substr(0, image.find('@'));
  const auto colon = image.rfind(':');
  const auto slash = image.rfind('/');
  // A colon before the last slash is that of a port.
  const bool tagged = colon != image.npos && (slash == image.npos || colon > slash);
  return tagged ? image.substr(0, colon) : image;
}

/// Whether an image is given by its id, or by the beginning of it, instead of by a
/// name.
inline bool is_image_id(std::string_view image) {
  return image.starts_with("sha256:")
         || (image.size() >= 12
             && image.find_first_not_of("0123456789abcdef") == image.npos);
}

} // namespace vedette
