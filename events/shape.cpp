#include "events/shape.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "events/json_class.hpp"
#include "events/number.hpp"
#include "events/time.hpp"
#include "events/time_form.hpp"

namespace tocsin::events {
namespace {

constexpr std::size_t kLongestKey = 256;
constexpr std::string_view kKindNames[] = {"bool", "int", "float", "string", "an object", "an array", "no value"};

bool is_time(std::string_view text, bool loose) {
  Time time;
  return (loose ? parse_loose_time(text, TimeUnit::rfc3339, time) : parse_rfc3339(text, time)) == TimeFault::none;
}

Shape::Kind kind_of_scalar(std::string_view text) {
  if (text == "true" || text == "false") return Shape::boolean;
  double real = 0;
  if (parse_float(text, real) != NumberFault::none) return Shape::unfit;
  std::int64_t integer = 0;
  const bool whole = text.find_first_of(".eE") == std::string_view::npos;
  return whole && parse_integer(text, integer) == NumberFault::none ? Shape::integer : Shape::floating;
}

/// What the declaration of a place would be; none: `why` not.
std::optional<Type> type_of_place(const Shape& shape, std::string& why);

std::optional<Type> type_of_list(const Shape& shape, std::string& why) {
  if (shape.element == nullptr || shape.element->seen() + shape.element->nulls == 0) {
    why = "lists without elements";
    return std::nullopt;
  }
  if (shape.element->nulls > 0) {
    why = "lists with nulls in them";
    return std::nullopt;
  }
  if (shape.element->counts[Shape::object] > 0) {
    why = "lists of objects";
    return std::nullopt;
  }
  const std::optional<Type> element = type_of_place(*shape.element, why);
  if (element && list_depth(*element) < kMaxListDepth) return list_of(*element);
  why = element ? "lists nested too deeply" : "lists with " + why;
  return std::nullopt;
}

std::optional<Type> type_of_place(const Shape& shape, std::string& why) {
  const std::uint64_t seen = shape.seen();
  const auto only = [&](Shape::Kind kind) { return shape.counts[kind] == seen; };
  if (shape.twice) {
    why = "stands twice in an object";
  } else if (seen == 0) {
    why = "always null";
  } else if (only(Shape::boolean)) {
    return Type::boolean;
  } else if (only(Shape::integer)) {
    return Type::integer;
  } else if (shape.counts[Shape::integer] + shape.counts[Shape::floating] == seen) {
    return Type::floating;
  } else if (only(Shape::text)) {
    if (shape.times == seen) return Type::time;
    return shape.durations == seen ? Type::duration : Type::string;
  } else if (only(Shape::array)) {
    return type_of_list(shape, why);
  } else {
    for (std::size_t kind = 0; kind < Shape::kKinds; ++kind)
      if (shape.counts[kind] > 0)
        why += fmt::format("{}{} {} times", why.empty() ? "" : ", ", kKindNames[kind], shape.counts[kind]);
  }
  return std::nullopt;
}

FoundField field_of(const std::string& key, const Shape& shape, std::uint64_t total) {
  FoundField field;
  field.key = key;
  field.optional = shape.seen() < total;
  if (!shape.twice && shape.seen() > 0 && shape.counts[Shape::object] == shape.seen()) {
    field.is_object = true;
    field.inner = fields_of(shape, shape.seen());
    return field;
  }
  std::string why;
  field.type = type_of_place(shape, why);
  field.comment = field.type ? values_comment(shape) : "left out: " + why;
  return field;
}

}  // namespace

std::uint64_t Shape::seen() const { return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}); }

void Shape::add_text(std::string_view value) {
  if (many_values || std::find(values.begin(), values.end(), value) != values.end()) return;
  many_values = values.size() == kMostValues || value.size() > kLongestValue;
  if (many_values)
    values.clear();
  else
    values.emplace_back(value);
}

ShapeReader::Token ShapeReader::add(Shape* shape, const char* base, const StructuralIndex& index, Token at) {
  base_ = base;
  index_ = &index;
  return add_value(shape, at);
}

ShapeReader::Token ShapeReader::add_value(Shape* shape, Token at) {
  const char first = base_[*at];
  if (first == '{') return add_object(shape, at);
  if (first == '[') return add_array(shape, at);
  if (shape != nullptr) add_scalar(*shape, at);
  return at + 1;
}

ShapeReader::Token ShapeReader::add_object(Shape* shape, Token at) {
  if (shape != nullptr) ++shape->counts[Shape::object];
  const std::uint64_t number = ++objects_;
  ++at;
  while (base_[*at] != '}') {
    std::string_view key;
    Shape* place = nullptr;
    if (shape != nullptr && text_of(at, key)) place = member(*shape, key);
    if (place != nullptr) {
      place->twice |= place->last_object == number;
      place->last_object = number;
    }
    at = add_value(place, at + 2);
    if (base_[*at] == ',') ++at;
  }
  return at + 1;
}

ShapeReader::Token ShapeReader::add_array(Shape* shape, Token at) {
  Shape* element = nullptr;
  if (shape != nullptr) {
    ++shape->counts[Shape::array];
    element = new_place(shape->element);
  }
  ++at;
  while (base_[*at] != ']') {
    at = add_value(element, at);
    if (base_[*at] == ',') ++at;
  }
  return at + 1;
}

void ShapeReader::add_scalar(Shape& shape, Token at) {
  if (base_[*at] != '"') {
    const std::string_view scalar = Cursor{base_, at}.scalar(at);
    if (scalar == "null")
      ++shape.nulls;
    else
      ++shape.counts[kind_of_scalar(scalar)];
    return;
  }
  std::string_view text;
  if (!text_of(at, text)) {
    ++shape.counts[Shape::unfit];
    return;
  }
  ++shape.counts[Shape::text];
  shape.add_text(text);
  if (is_time(text, loose_times_)) ++shape.times;
  if (parse_duration(text)) ++shape.durations;
}

Shape* ShapeReader::member(Shape& shape, std::string_view key) {
  if (key.size() > kLongestKey) return nullptr;
  for (auto& [name, place] : shape.members)
    if (name == key) return place.get();
  std::unique_ptr<Shape> place;
  if (new_place(place) == nullptr) return nullptr;
  return shape.members.emplace_back(std::string(key), std::move(place)).second.get();
}

/// Null where there are too many.
Shape* ShapeReader::new_place(std::unique_ptr<Shape>& place) {
  if (place != nullptr) return place.get();
  if (places_ == most_places_) {
    ++left_out_;
    return nullptr;
  }
  ++places_;
  place = std::make_unique<Shape>();
  return place.get();
}

bool ShapeReader::text_of(Token at, std::string_view& text) {
  text = Cursor{base_, at}.raw_string(at);
  if (text.find('\\') == std::string_view::npos) return true;
  if (!index_->unescape(text, scratch_)) return false;
  text = scratch_;
  return true;
}

std::vector<FoundField> fields_of(const Shape& object, std::uint64_t total) {
  std::vector<FoundField> fields;
  for (const auto& [key, shape] : object.members) fields.push_back(field_of(key, *shape, total));
  return fields;
}

std::string values_comment(const Shape& shape) {
  const Shape& texts = shape.element != nullptr ? *shape.element : shape;
  const std::uint64_t count = texts.counts[Shape::text];
  if (texts.many_values || texts.values.empty() || count != texts.seen() || count < 2 * texts.values.size() ||
      texts.times == count || texts.durations == count)
    return {};
  std::vector<std::string> values = texts.values;
  std::sort(values.begin(), values.end());
  std::string comment;
  for (const std::string& value : values) comment += (comment.empty() ? "" : " ") + literal_of(value);
  return comment;
}

}  // namespace tocsin::events
