#pragma once

#include "signatures/signature.hpp"

#include <memory>

/// Each is defined in the file of its name, which holds the whole signature.
namespace vedette::builtin {

std::unique_ptr<signature> make_anti_debugging();
std::unique_ptr<signature> make_fileless_execution();
std::unique_ptr<signature> make_ld_preload();
std::unique_ptr<signature> make_shell_under_server();

} // namespace vedette::builtin
