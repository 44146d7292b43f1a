#include "events/csv_reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "events/scalar.hpp"

namespace tocsin::events {
namespace {

constexpr std::size_t kMostColumns = 10'000;

/// The column of a field: its place's names with points between.
std::string column_name(const Field& field) { return fmt::format("{}", fmt::join(field.path, ".")); }

}  // namespace

CsvReader::CsvReader(const Schema& schema, SymbolTable& symbols, DecodeLimits limits, DecodeCounts& counts,
                     const Mapping& mapping)
    : schema_(schema),
      symbols_(symbols),
      mapping_(mapping),
      rows_(schema, symbols, limits, counts),
      lists_(limits.depth, {true, mapping.time_unit}),
      extension_texts_(rows_.extensions().size()),
      extensions_(rows_.extensions().size()) {}

std::size_t CsvReader::column(std::string_view name) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  return found == columns_.end() ? kNone : static_cast<std::size_t>(found - columns_.begin());
}

std::string CsvReader::missing(std::string_view what, std::string_view name) const {
  constexpr std::size_t kShown = 20;
  std::string list;
  for (std::size_t i = 0; i < std::min(columns_.size(), kShown); ++i)
    list += fmt::format("{}`{}`", i == 0 ? "" : ", ", shown(columns_[i]));
  if (columns_.size() > kShown) list += fmt::format(" and {} more", columns_.size() - kShown);
  return fmt::format("the header has no column `{}`, {}; it has {}", name, what, list);
}

std::string CsvReader::take_header(const std::vector<CsvCell>& cells) {
  if (cells.size() > kMostColumns)
    return fmt::format("the header has {} columns, and no more than {} are taken", cells.size(), kMostColumns);
  for (const CsvCell& cell : cells) columns_.emplace_back(text_of(cell, scratch_));
  if (std::string wrong = check_envelope(places_); !wrong.empty()) return wrong;
  field_columns_.resize(schema_.types.size());
  for (std::size_t i = 0; i < schema_.types.size(); ++i) {
    const EventType& type = schema_.types[i];
    for (const Field& field : type.fields)
      field_columns_[i].push_back(field.attribute ? kNone : column(column_name(field)));
  }
  const EventRows::WireType* type = mapping_.type.empty() ? nullptr : rows_.find(mapping_.type);
  return type == nullptr ? "" : check_fields(schema_[type->type]);
}

std::string CsvReader::check_envelope(Places& places) const {
  const auto find = [&](std::string_view name, std::size_t& place) {
    if (!name.empty()) place = column(name);
    return name.empty() || place != kNone;
  };
  if (!find(mapping_.type_field, places.type)) return missing("which is the type_field", mapping_.type_field);
  if (!find(mapping_.time_field, places.time)) return missing("which is the time_field", mapping_.time_field);
  if (!find(mapping_.id_field, places.id)) return missing("which is the id_field", mapping_.id_field);
  if (!find(mapping_.source_field, places.source)) return missing("which is the source_field", mapping_.source_field);
  for (const std::string& name : rows_.extensions()) places.extensions.push_back(column(name));
  for (std::size_t i = 0; i < columns_.size(); ++i)
    if (!columns_[i].empty() && column(columns_[i]) != i)
      return fmt::format("the header names the column `{}` twice", columns_[i]);
  return {};
}

/// Every row is to be of `type`.
std::string CsvReader::check_fields(const EventType& type) const {
  for (const Field& field : type.fields)
    if (!field.attribute && !field.optional && column(column_name(field)) == kNone)
      return missing(fmt::format("which {} declares without `?`", type.name), column_name(field));
  return {};
}

bool CsvReader::fail(Reason reason, std::string detail) {
  fault_ = {reason, std::move(detail)};
  return false;
}

std::string_view CsvReader::cell(const std::vector<CsvCell>& cells, std::size_t column, std::string& scratch) const {
  return column == kNone ? std::string_view() : text_of(cells[column], scratch);
}

std::string_view CsvReader::in_batch(const std::vector<CsvCell>& cells, std::size_t column, Batch& batch) {
  if (column == kNone) return {};
  const std::string_view text = text_of(cells[column], scratch_);
  return cells[column].doubled ? batch.arena.store(text) : text;
}

bool CsvReader::read(const std::vector<CsvCell>& cells, const Target& target) {
  if (cells.size() != columns_.size())
    return fail(Reason::not_csv, fmt::format("{} cells, where the header has {}", cells.size(), columns_.size()));
  const std::string_view wire = mapping_.type.empty() ? cell(cells, places_.type, scratch_) : mapping_.type;
  if (wire.empty()) return fail(Reason::no_type, fmt::format("`{}` is empty", mapping_.type_field));
  EventRows::WireType* type = rows_.find(wire);
  if (type == nullptr) type = &rows_.count_by_name(wire);
  if (type->type == kNoType) {
    Time time;
    const auto fault = time_of(cells, time);
    const std::optional<Time> known = !fault                      ? target.arrival
                                      : *fault == TimeFault::none ? std::optional(time)
                                                                  : std::nullopt;
    Envelope ignored = envelope(cells, target);
    rows_.ignore(*type, target.batch, known, ignored);
    return true;
  }
  const auto index = index_of(type->type);
  return read_fields(schema_[type->type], field_columns_[index], cells) && commit(type->type, cells, target);
}

bool CsvReader::read_fields(const EventType& type, const std::vector<std::size_t>& columns,
                            const std::vector<CsvCell>& cells) {
  slots_.assign(type.fields.size(), 0);
  given_.assign(type.fields.size(), false);
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    const Field& field = type.fields[i];
    if (field.attribute) continue;
    std::string_view text = cell(cells, columns[i], scratch_);
    if (field.type != Type::string) text = trimmed(text);
    if (text.empty()) {
      if (field.optional) continue;
      return fail(Reason::missing_field, fmt::format("`{}` of {} is {}", field.name, type.name,
                                                     columns[i] == kNone ? "not among the columns" : "empty"));
    }
    if (!read_field(field, text, slots_[i])) return false;
    given_[i] = true;
  }
  return true;
}

bool CsvReader::read_field(const Field& field, std::string_view text, Slot& slot) {
  if (is_list(field.type)) return read_list(field, text, slot);
  const TimeForm form{true, mapping_.time_unit};
  Misfit misfit = Misfit::none;
  if (field.type == Type::string) {
    if (field.stored) slot = slot_of(symbols_.intern(text));
  } else if (field.type == Type::boolean) {
    const std::optional<bool> truth = truth_of(text);
    slot = slot_of(truth.value_or(false));
    misfit = truth ? Misfit::none : Misfit::wrong;
  } else if (field.type == Type::integer || field.type == Type::floating) {
    misfit = slot_of_number(field.type, text, form, slot);
  } else {
    misfit = slot_of_text(field.type, text, form, slot);
  }
  if (misfit == Misfit::none) return true;
  return fail(misfit == Misfit::out_of_range ? Reason::out_of_range : Reason::wrong_field,
              fmt::format("`{}` is `{}`, declared {}", field.name, shown(text), name_of(field.type)));
}

bool CsvReader::read_list(const Field& field, std::string_view text, Slot& slot) {
  const std::string_view padded = copy_padded(text, list_copy_);
  if (list_index_.build(padded) == StructuralIndex::Fault::none) {
    const Cursor cursor = list_index_.begin();
    if (lists_.read(cursor.base, list_index_, cursor.at, field.type, 0) == list_index_.end()) {
      if (field.stored) slot = slot_of(symbols_.intern(lists_.bytes()));
      return true;
    }
  }
  return fail(Reason::wrong_field, fmt::format("`{}{}` is `{}`, declared {}: a list is written as in JSON, [1, 2]",
                                               field.name, lists_.place(), shown(text), name_of(field.type)));
}

/// none: empty, or no column.
std::optional<TimeFault> CsvReader::time_of(const std::vector<CsvCell>& cells, Time& time) {
  const std::string_view text = trimmed(cell(cells, places_.time, scratch_));
  if (text.empty()) return std::nullopt;
  return parse_loose_time(text, mapping_.time_unit, time);
}

bool CsvReader::commit(TypeId type, const std::vector<CsvCell>& cells, const Target& target) {
  Envelope event = envelope(cells, target);
  if (const auto fault = time_of(cells, event.time)) {
    if (*fault != TimeFault::none)
      return fail(Reason::bad_time,
                  fmt::format("`{}` is `{}`, no time between the years 1677 and 2262 {}", mapping_.time_field,
                              shown(cell(cells, places_.time, scratch_)),
                              mapping_.time_unit == TimeUnit::rfc3339
                                  ? "as RFC 3339 text (of a number, time_unit says what it counts: s, ms, us or ns)"
                                  : "as a number of time_unit or RFC 3339 text"));
  } else if (target.arrival) {
    event.time = *target.arrival;
  } else {
    return fail(Reason::no_time, fmt::format("`{}` is empty", mapping_.time_field));
  }
  for (std::size_t i = 0; i < extensions_.size(); ++i) {
    const std::string_view text = cell(cells, places_.extensions[i], extension_texts_[i]);
    extensions_[i] = text.empty() ? EventRows::Extension() : EventRows::Extension(text);
  }
  Table& table = rows_.add(type, target.batch, event, extensions_);
  const EventType& declared = schema_[type];
  for (std::size_t i = 0; i < declared.fields.size(); ++i)
    if (declared.fields[i].stored && !declared.fields[i].attribute) table.columns[i].push(slots_[i], given_[i]);
  return true;
}

Envelope CsvReader::envelope(const std::vector<CsvCell>& cells, const Target& target) {
  return {{},
          cell(cells, places_.source, source_),
          in_batch(cells, places_.id, target.batch),
          {},
          {},
          target.bytes,
          target.position};
}

}  // namespace tocsin::events
