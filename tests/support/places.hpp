#pragma once

#include <string>

namespace vedette {

/// Of the sources: `name` below them, with all of its path.
std::string source_path(const std::string& name = {});

/// The program that is tested.
std::string tested_binary();

} // namespace vedette
