// A whole file as text, unpacked where its name ends in .gz or .zst: what rule tests load, and what tables hold.
#pragma once

#include <string>

#include <tl/expected.hpp>

namespace tocsin::cli {

inline constexpr std::size_t kLargestLoad = std::size_t{1} << 30;

/// The error is one line for a person. A file of more than kLargestLoad bytes, unpacked, is one.
tl::expected<std::string, std::string> read_file(const std::string& path);
/// The same of a table's file, which holds no events: whatever its name, it is taken as it is.
tl::expected<std::string, std::string> read_table(const std::string& path);

}  // namespace tocsin::cli
