// A JSON object a line → rows of a table. Fields are found by their JSON pointers; what isn't declared is passed over,
// its grammar judged. Lines of white space are no rows.
#include <optional>

#include <fmt/format.h>

#include "events/field_tree.hpp"
#include "events/json_class.hpp"
#include "events/list_reader.hpp"
#include "events/scalar.hpp"
#include "events/structure.hpp"
#include "rules/table_rows.hpp"
#include "rules/texts.hpp"

namespace tocsin::rules {

using events::Cursor;
using events::Field;
using events::FieldTree;
using events::Misfit;
using events::Slot;
using events::StructuralIndex;
using events::Type;
using events::Value;

namespace {

constexpr std::size_t kDepth = 64;
constexpr events::TimeForm kForm{true, events::TimeUnit::rfc3339};

class JsonTable {
 public:
  JsonTable(std::string_view text, const TableShape& shape)
      : text_(text), shape_(shape), rows_(text, shape), tree_(as_type(shape)) {}

  TableText run() {
    if (!rows_.is_utf8()) return rows_.take();
    for (std::size_t at = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0; at < text_.size() && !rows_.full();) {
      const std::size_t end = std::min(text_.find('\n', at), text_.size());
      line(at, text_.substr(at, end - at));
      at = end + 1;
    }
    return rows_.take();
  }

 private:
  using Token = const std::uint32_t*;

  static events::EventType as_type(const TableShape& shape) {
    events::EventType type;
    type.name = shape.name;
    type.fields = shape.fields;
    return type;
  }

  void line(std::size_t begin, std::string_view text) {
    if (events::trimmed(text).empty()) return;
    begin_ = begin;
    if (index_.build(events::copy_padded(text, copy_)) != StructuralIndex::Fault::none) {
      rows_.fault("E0605", begin, "the line is not JSON", "one object a line, all on one line");
      return;
    }
    base_ = index_.begin().base;
    const Token first = index_.begin().at;
    if (base_[*first] != '{') {
      rows_.fault("E0605", place(first), "the line is not a JSON object");
      return;
    }
    values_.assign(shape_.fields.size(), Value{});
    given_.assign(shape_.fields.size(), false);
    good_ = true;
    const Token end = value(first, 0, 0);
    if (end != nullptr && end != index_.end()) {
      rows_.fault("E0605", place(end), "something stands behind the object");
      return;
    }
    if (end == nullptr) return;
    for (std::size_t i = 0; i < values_.size(); ++i)
      if (!given_[i] && !shape_.fields[i].optional) lacks(shape_.fields[i], first);
    if (good_) rows_.add(std::move(values_), begin);
  }

  std::size_t place(Token at) const { return begin_ + *at; }

  Token not_json(Token at) {
    rows_.fault("E0605", at < index_.end() ? place(at) : begin_, "the line is not JSON");
    return nullptr;
  }

  void lacks(const Field& field, Token object) {
    good_ = false;
    rows_.fault("E0603", place(object), fmt::format("`{}` is missing, and it is declared without `?`", field.name));
  }

  void wrong(const Field& field, Token at, std::string_view what, std::string_view inside = {}) {
    good_ = false;
    rows_.fault("E0603", place(at),
                fmt::format("`{}{}` is {}, declared {}", field.name, inside, shown_text(what), name_of(field.type)));
  }

  /// The value at `at`, which stands at `node` of the tree. The token behind it; null: it is no JSON, which is told.
  Token value(Token at, std::int32_t node, std::size_t depth) {
    if (at >= index_.end()) return not_json(at);
    if (node != FieldTree::kNothing)
      for (const std::uint32_t field : tree_.nodes[static_cast<std::size_t>(node)].fields) read(at, field);
    const char first = base_[*at];
    if (first == '{') return object(at, node, depth);
    if (first == '[') return array(at, node, depth);
    if (first == '"') return at + 1;
    if (!events::is_json_scalar(Cursor{base_, at}.scalar(at))) return not_json(at);
    return at + 1;
  }

  Token object(Token at, std::int32_t node, std::size_t depth) {
    if (depth == kDepth) return not_json(at);
    ++at;
    if (at < index_.end() && base_[*at] == '}') return at + 1;
    for (;;) {
      if (at + 1 >= index_.end() || base_[*at] != '"' || base_[*(at + 1)] != ':') return not_json(at);
      if (!unescape(at)) return not_json(at);
      const std::int32_t child =
          node == FieldTree::kNothing ? node : tree_.nodes[static_cast<std::size_t>(node)].find(name_);
      at = value(at + 2, child, depth + 1);
      if (at == nullptr) return nullptr;
      if (at >= index_.end()) return not_json(at);
      const char next = base_[*at];
      ++at;
      if (next == '}') return at;
      if (next != ',') return not_json(at - 1);
    }
  }

  Token array(Token at, std::int32_t node, std::size_t depth) {
    if (depth == kDepth) return not_json(at);
    ++at;
    if (at < index_.end() && base_[*at] == ']') return at + 1;
    for (std::uint64_t i = 0;; ++i) {
      std::int32_t child = FieldTree::kNothing;
      if (node != FieldTree::kNothing)
        for (const FieldTree::Element& element : tree_.nodes[static_cast<std::size_t>(node)].elements)
          if (element.index == i) child = element.node;
      at = value(at, child, depth + 1);
      if (at == nullptr) return nullptr;
      if (at >= index_.end()) return not_json(at);
      const char next = base_[*at];
      ++at;
      if (next == ']') return at;
      if (next != ',') return not_json(at - 1);
    }
  }

  /// The string at `at`, in name_. False: a bad escape.
  bool unescape(Token at) {
    const std::string_view raw = Cursor{base_, at}.raw_string(at);
    if (raw.find('\\') != std::string_view::npos) return index_.unescape(raw, name_);
    name_ = raw;
    return true;
  }

  void read(Token at, std::uint32_t index) {
    const Field& field = shape_.fields[index];
    if (given_[index]) {
      good_ = false;
      rows_.fault("E0603", place(at), fmt::format("`{}` is given twice", field.name));
      return;
    }
    given_[index] = true;
    const char first = base_[*at];
    if (events::is_list(field.type) && first == '[') return read_list(at, field, values_[index]);
    if (first == '"') return read_string(at, field, values_[index]);
    if (first == '[' || first == '{') return wrong(field, at, events::kind_of_value(first));
    const std::string_view text = Cursor{base_, at}.scalar(at);
    if (text == "null") {
      if (field.optional) return;
      good_ = false;
      rows_.fault("E0603", place(at), fmt::format("`{}` is null, and it is declared without `?`", field.name));
      return;
    }
    if (!events::is_json_scalar(text)) return;  // told where it is passed over
    if (text == "true" || text == "false") {
      if (field.type == Type::boolean)
        values_[index] = text == "true";
      else
        wrong(field, at, "a boolean");
      return;
    }
    if (field.type != Type::integer && field.type != Type::floating) return wrong(field, at, "a number");
    Slot slot = 0;
    const Misfit misfit = events::slot_of_number(field.type, text, kForm, slot);
    take(field, at, misfit, slot, events::what_of_number(field.type, text, misfit), values_[index]);
  }

  void read_string(Token at, const Field& field, Value& value) {
    if (!unescape(at)) return wrong(field, at, "a string with a bad escape");
    if (field.type == Type::string) {
      value = name_;
      return;
    }
    if (field.type != Type::time && field.type != Type::duration && field.type != Type::severity)
      return wrong(field, at, "a string");
    Slot slot = 0;
    const Misfit misfit = events::slot_of_text(field.type, name_, kForm, slot);
    take(field, at, misfit, slot, "`" + shown_text(name_) + "`", value);
  }

  void take(const Field& field, Token at, Misfit misfit, Slot slot, const std::string& what, Value& value) {
    if (misfit == Misfit::none)
      value = Texts().value_of(field.type, slot);
    else
      wrong(field, at, what);
  }

  void read_list(Token at, const Field& field, Value& value) {
    if (lists_.read(base_, index_, at, field.type, 0) != nullptr)
      value = events::List{events::element_of(field.type), std::string(lists_.bytes())};
    else
      wrong(field, lists_.at(), lists_.what().empty() ? "no such list" : lists_.what(), lists_.place());
  }

  std::string_view text_;
  const TableShape& shape_;
  TableRows rows_;
  FieldTree tree_;
  StructuralIndex index_;
  events::ListReader lists_{kDepth, kForm};
  std::string copy_;

  // of the line being read
  std::size_t begin_ = 0;
  const char* base_ = nullptr;
  std::vector<Value> values_;
  std::vector<bool> given_;
  bool good_ = true;
  std::string name_;
};

}  // namespace

TableText read_json_table(std::string_view text, const TableShape& shape) { return JsonTable(text, shape).run(); }

}  // namespace tocsin::rules
