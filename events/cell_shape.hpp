// What cells were seen in one column of CSV, by what a declared type would read of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "events/declarations.hpp"
#include "events/shape.hpp"

namespace tocsin::events {

struct CellShape {
  std::uint64_t given = 0;  ///< cells that aren't empty
  std::uint64_t integers = 0;
  std::uint64_t floats = 0;  ///< and integers
  std::uint64_t booleans = 0;
  std::uint64_t numeric_booleans = 0;  ///< those that are 0 or 1
  std::uint64_t times = 0;
  std::uint64_t durations = 0;
  Shape texts;  ///< distinct values

  void add(std::string_view text);
};

/// The field of a column in a file of `total` rows.
FoundField field_of(const std::string& column, const CellShape& shape, std::uint64_t total);

}  // namespace tocsin::events
