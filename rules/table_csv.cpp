// CSV with a header line → rows of a table (RFC 4180; cells as docs/language.md, "Tables", has them).
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "events/csv_row.hpp"
#include "events/list_reader.hpp"
#include "events/scalar.hpp"
#include "rules/diagnostic.hpp"
#include "rules/table_rows.hpp"
#include "rules/texts.hpp"

namespace tocsin::rules {

using events::CsvCell;
using events::CsvRow;
using events::Field;
using events::Misfit;
using events::Slot;
using events::Type;
using events::Value;

namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);
constexpr std::size_t kListDepth = 64;

std::string quoted_text(std::string_view text) { return "`" + shown_text(text) + "`"; }

std::string column_name(const Field& field) { return fmt::format("{}", fmt::join(field.path, ".")); }

class CsvTable {
 public:
  CsvTable(std::string_view text, const TableShape& shape) : text_(text), shape_(shape), rows_(text, shape) {}

  TableText run() {
    if (!rows_.is_utf8()) return rows_.take();
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    while (at_ < text_.size() && !rows_.full() && !broken_) row();
    if (header_.empty() && !broken_) rows_.fault("E0602", at_, "there is no header line: the file is empty");
    return rows_.take();
  }

 private:
  std::size_t place_of(const CsvCell& cell) const {
    const auto place = static_cast<std::size_t>(cell.text.data() - text_.data());
    return place > at_ && text_[place - 1] == '"' ? place - 1 : place;
  }

  void row() {
    const CsvRow row = events::scan_row(text_.substr(at_), ',', true, cells_);
    if (row.outcome == CsvRow::Outcome::complete) {
      if (!row.bytes.empty()) take();
      at_ += row.size;
      return;
    }
    rows_.fault("E0605", at_,
                row.outcome == CsvRow::Outcome::bad_quotes ? "a quote stands in the middle of a cell"
                                                           : "a quote that opens in this row is never closed",
                "quotes go around a whole cell, and are doubled inside");
    if (header_.empty()) broken_ = true;
    const std::size_t end = text_.find('\n', at_);
    at_ = end == std::string_view::npos ? text_.size() : end + 1;
  }

  void take() {
    if (header_.empty()) return take_header();
    if (cells_.size() != header_.size())
      return rows_.fault("E0605", at_,
                         fmt::format("{} cell{}, where the header has {}", cells_.size(), cells_.size() == 1 ? "" : "s",
                                     header_.size()),
                         "a cell with a comma or a quote in it stands in quotes");
    std::vector<Value> values(shape_.fields.size());
    bool good = true;
    for (std::size_t i = 0; i < shape_.fields.size(); ++i)
      if (columns_[i] != kNone) good = read(shape_.fields[i], cells_[columns_[i]], values[i]) && good;
    if (good) rows_.add(std::move(values), at_);
  }

  void take_header() {
    for (const CsvCell& cell : cells_) {
      std::string name(events::text_of(cell, scratch_));
      if (!name.empty() && std::find(header_.begin(), header_.end(), name) != header_.end()) {
        rows_.fault("E0602", place_of(cell), "the header names the column " + quoted_text(name) + " twice");
        broken_ = true;
      }
      header_.push_back(std::move(name));
    }
    for (const Field& field : shape_.fields) {
      const std::string name = column_name(field);
      const auto found = std::find(header_.begin(), header_.end(), name);
      columns_.push_back(found == header_.end() ? kNone : static_cast<std::size_t>(found - header_.begin()));
      if (found == header_.end() && !field.optional) lacks(name);
    }
  }

  void lacks(const std::string& name) {
    constexpr std::size_t kShown = 12;
    std::string all;
    for (std::size_t i = 0; i < std::min(header_.size(), kShown); ++i)
      all += (i == 0 ? "" : ", ") + quoted_text(header_[i]);
    if (header_.size() > kShown) all += fmt::format(" and {} more", header_.size() - kShown);
    const std::string near = nearest(name, header_);
    rows_.fault("E0602", at_, fmt::format("the header has no column `{}`; it has {}", name, all),
                near.empty() ? "" : "a column with a similar name exists: " + quoted_text(near));
    broken_ = true;
  }

  bool read(const Field& field, const CsvCell& cell, Value& value) {
    std::string_view text = events::text_of(cell, scratch_);
    if (field.type != Type::string) text = events::trimmed(text);
    if (text.empty()) {
      if (field.optional) return true;
      rows_.fault("E0603", place_of(cell), fmt::format("`{}` is empty, and it is declared without `?`", field.name));
      return false;
    }
    if (events::is_list(field.type)) return read_list(field, cell, text, value);
    if (field.type == Type::string) {
      value = std::string(text);
      return true;
    }
    Slot slot = 0;
    const Misfit misfit = slot_of(field.type, text, slot);
    if (misfit == Misfit::none) {
      value = Texts().value_of(field.type, slot);
      return true;
    }
    rows_.fault("E0603", place_of(cell),
                fmt::format("`{}` is {}, {} {}", field.name, quoted_text(text),
                            misfit == Misfit::out_of_range ? "out of the range of" : "declared", name_of(field.type)));
    return false;
  }

  static Misfit slot_of(Type type, std::string_view text, Slot& slot) {
    constexpr events::TimeForm kForm{true, events::TimeUnit::rfc3339};
    if (type == Type::boolean) {
      const std::optional<bool> truth = events::truth_of(text);
      slot = events::slot_of(truth.value_or(false));
      return truth ? Misfit::none : Misfit::wrong;
    }
    if (type == Type::integer || type == Type::floating) return events::slot_of_number(type, text, kForm, slot);
    return events::slot_of_text(type, text, kForm, slot);
  }

  bool read_list(const Field& field, const CsvCell& cell, std::string_view text, Value& value) {
    if (index_.build(events::copy_padded(text, list_copy_)) == events::StructuralIndex::Fault::none) {
      const events::Cursor cursor = index_.begin();
      if (lists_.read(cursor.base, index_, cursor.at, field.type, 0) == index_.end()) {
        value = events::List{events::element_of(field.type), std::string(lists_.bytes())};
        return true;
      }
    }
    rows_.fault(
        "E0603", place_of(cell),
        fmt::format("`{}{}` is {}, declared {}", field.name, lists_.place(), quoted_text(text), name_of(field.type)),
        "a list is written as in JSON: [1, 2]");
    return false;
  }

  std::string_view text_;
  const TableShape& shape_;
  TableRows rows_;
  std::size_t at_ = 0;  ///< where the row begins
  std::vector<CsvCell> cells_;
  std::vector<std::string> header_;
  std::vector<std::size_t> columns_;  ///< by field
  bool broken_ = false;               ///< the header isn't good
  std::string scratch_;
  events::ListReader lists_{kListDepth, {true, events::TimeUnit::rfc3339}};
  events::StructuralIndex index_;
  std::string list_copy_;
};

}  // namespace

TableText read_csv_table(std::string_view text, const TableShape& shape) { return CsvTable(text, shape).run(); }

}  // namespace tocsin::rules
