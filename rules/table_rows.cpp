#include "rules/table_rows.hpp"

#include <algorithm>

#include <xxhash.h>

#include "events/scalar.hpp"
#include "rules/code_points.hpp"
#include "rules/overloaded.hpp"

namespace tocsin::rules {

using events::Value;

namespace {

std::uint64_t hash_of(const Value& value) {
  return std::visit(overloaded{
                        [](std::monostate) { return std::uint64_t{0}; },
                        [](const std::string& text) { return std::uint64_t{XXH3_64bits(text.data(), text.size())}; },
                        [](const events::List&) { return std::uint64_t{1}; },
                        [](events::Time time) { return std::uint64_t{XXH3_64bits(&time.ns, sizeof time.ns)}; },
                        [](events::Duration span) { return std::uint64_t{XXH3_64bits(&span.ns, sizeof span.ns)}; },
                        [](auto plain) { return std::uint64_t{XXH3_64bits(&plain, sizeof plain)}; },
                    },
                    value);
}

}  // namespace

std::string shown_text(std::string_view text) {
  std::string shown = events::shown(text);
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return shown;
}

std::size_t TableRows::Hash::operator()(std::uint32_t row) const {
  std::uint64_t hash = 0;
  for (const std::uint32_t field : rows->shape_.key)
    hash = (hash ^ hash_of(rows->result_.rows[row][field])) * 0x9e37'79b9'7f4a'7c15U;
  return hash;
}

bool TableRows::Same::operator()(std::uint32_t a, std::uint32_t b) const {
  const auto& all = rows->result_.rows;
  return std::all_of(rows->shape_.key.begin(), rows->shape_.key.end(),
                     [&](std::uint32_t field) { return all[a][field] == all[b][field]; });
}

TableRows::TableRows(std::string_view text, const TableShape& shape)
    : text_(text), shape_(shape), keys_(0, Hash{this}, Same{this}) {
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  const std::size_t rows = std::min(lines, shape.most + 1);
  result_.rows.reserve(rows);
  lines_.reserve(rows);
  keys_.reserve(rows);
}

/// Places rise, so that all are found in one pass.
std::uint64_t TableRows::line_of(std::size_t place) {
  if (place < counted_) {
    counted_ = 0;
    line_ = 1;
  }
  line_ += static_cast<std::uint64_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                                                 text_.begin() + static_cast<std::ptrdiff_t>(place), '\n'));
  counted_ = place;
  return line_;
}

void TableRows::fault(const char* code, std::size_t place, std::string what, std::string help) {
  if (full()) return;
  if (result_.faults.size() == kMaxTableFaults) {
    result_.more = true;
    return;
  }
  const std::string_view before = text_.substr(0, place);
  const std::size_t end = before.rfind('\n');
  std::string_view line = before.substr(end == std::string_view::npos ? 0 : end + 1);
  if (end == std::string_view::npos && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  result_.faults.push_back({code, line_of(place), 1 + count_code_points(line), std::move(what), std::move(help)});
}

std::string TableRows::key_text(const std::vector<Value>& row) const {
  std::string text;
  for (const std::uint32_t field : shape_.key)
    text += (text.empty() ? "" : ", ") + shown_text(events::to_text(row[field]));
  return text;
}

void TableRows::add(std::vector<Value> values, std::size_t place) {
  if (result_.rows.size() == shape_.most) {
    fault("E0609", place, "more than " + std::to_string(shape_.most) + " rows");
    result_.more = true;
    return;
  }
  const auto row = static_cast<std::uint32_t>(result_.rows.size());
  result_.rows.push_back(std::move(values));
  lines_.push_back(static_cast<std::uint32_t>(line_of(place)));
  const auto [known, is_new] = keys_.insert(row);
  if (is_new) return;
  fault("E0604", place,
        "a second row for the key `" + key_text(result_.rows[row]) + "`, which line " + std::to_string(lines_[*known]) +
            " has");
  result_.rows.pop_back();
  lines_.pop_back();
}

bool TableRows::is_utf8() {
  const std::size_t bad = first_not_utf8(text_);
  if (bad >= text_.size()) return true;
  fault("E0605", bad, "the text is not UTF-8");
  return false;
}

}  // namespace tocsin::rules
