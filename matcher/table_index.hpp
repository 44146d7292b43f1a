// Tables as code reads them: a file's rows by key, as slots; and the numbers that stream tables are known by.
//
// One index serves all lookups of a table in a rule set: keys go to rows through an open-addressing index over their
// hashes, and fields that some lookup reads stand in columns. Texts become symbols while the rules are compiled, so
// that a lookup compares slots only; a text made by a function is first looked up as a symbol. Indexes grow while rules
// are compiled, by one thread; from then on they don't change.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "events/batch.hpp"
#include "rules/plan.hpp"
#include "rules/texts.hpp"

namespace tocsin::matcher {

/// The rows of a file.
class TableIndex {
 public:
  TableIndex(std::shared_ptr<const rules::Table> table, events::SymbolTable& symbols);

  /// Makes the field readable.
  void add_field(std::uint32_t field, events::SymbolTable& symbols);
  /// Field `field` of the row whose key is `key`: as many slots as the table's key has fields. Null: no such row, or
  /// the field is null there.
  rules::Cell read(const events::Slot* key, std::uint32_t field) const;

 private:
  const events::Slot* key_of(std::size_t row) const { return keys_.data() + row * width_; }
  bool is_key(std::size_t row, const events::Slot* key) const;

  std::shared_ptr<const rules::Table> table_;
  std::size_t width_;                                   ///< of a key
  std::vector<events::Slot> keys_;                      ///< by row
  std::vector<std::uint32_t> places_;                   ///< row + 1, 0 is empty; at most half are taken
  std::vector<std::optional<events::Column>> columns_;  ///< by field
};

/// The tables that the expressions of a rule set read.
class TableIndexes {
 public:
  /// Of a file's table; `field` can be read.
  std::shared_ptr<const TableIndex> of(const std::shared_ptr<const rules::Table>& table, std::uint32_t field,
                                       events::SymbolTable& symbols);
  /// A stream table, and what is looked up in it.
  struct Stream {
    std::shared_ptr<const rules::Table> table;
    std::vector<std::uint32_t> fields{};  ///< sorted
  };
  /// The number of a stream table; `field` can be read.
  std::uint32_t number_of(const std::shared_ptr<const rules::Table>& table, std::uint32_t field);
  /// By number.
  const std::vector<Stream>& streams() const { return streams_; }

 private:
  struct Known {
    std::shared_ptr<const rules::Table> table;
    std::shared_ptr<TableIndex> index;
  };
  std::vector<Known> files_;
  std::vector<Stream> streams_;
};

/// A lookup in code.
struct Lookup {
  std::shared_ptr<const TableIndex> file{};  ///< none: of a stream table
  std::uint32_t stream = 0;
  std::uint32_t field = 0;
  std::vector<events::Type> key;  ///< types of its parts
};

/// The expression reads a stream table: it can't be judged before the event's turn has come.
bool reads_stream(const rules::Expr& expr);

}  // namespace tocsin::matcher
