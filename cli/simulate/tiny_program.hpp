#pragma once

namespace vedette::simulation {

/// Writes a program that ends at once, with 0, to an open file. It is static and needs
/// nothing of the host, wherever it is executed. → whether it was written; errno.
bool write_tiny_program(int file);

} // namespace vedette::simulation
