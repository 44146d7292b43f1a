// Rows and faults of a table's file while it is read: places of faults, and rows of which no two have one key.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_set.h>

#include "rules/table_file.hpp"

namespace tocsin::rules {

class TableRows {
 public:
  TableRows(std::string_view text, const TableShape& shape);
  TableRows(const TableRows&) = delete;
  TableRows& operator=(const TableRows&) = delete;

  /// `place`: a byte of the text, not before that of a row added before.
  void fault(const char* code, std::size_t place, std::string what, std::string help = {});
  /// So many were told that reading on tells nothing more.
  bool full() const { return result_.more; }
  /// A row that begins at `place`; its values by field.
  void add(std::vector<events::Value> values, std::size_t place);
  /// False: it isn't, which is told.
  bool is_utf8();

  TableText take() { return std::move(result_); }

 private:
  struct Hash {
    const TableRows* rows;
    std::size_t operator()(std::uint32_t row) const;
  };
  struct Same {
    const TableRows* rows;
    bool operator()(std::uint32_t a, std::uint32_t b) const;
  };
  std::uint64_t line_of(std::size_t place);
  std::string key_text(const std::vector<events::Value>& row) const;

  std::string_view text_;
  const TableShape& shape_;
  TableText result_;
  std::vector<std::uint32_t> lines_;  ///< by row
  absl::flat_hash_set<std::uint32_t, Hash, Same> keys_;
  std::size_t counted_ = 0;  ///< bytes whose line ends are in line_
  std::uint64_t line_ = 1;
};

/// A text of a file, short and without control characters.
std::string shown_text(std::string_view text);

}  // namespace tocsin::rules
