#include "events/cell_shape.hpp"

#include "events/number.hpp"
#include "events/scalar.hpp"
#include "events/time.hpp"
#include "events/time_form.hpp"

namespace tocsin::events {

void CellShape::add(std::string_view text) {
  const std::string_view bare = trimmed(text);
  if (bare.empty()) return;
  ++given;
  std::int64_t integer = 0;
  double real = 0;
  const bool whole = bare.find_first_of(".eE") == std::string_view::npos;
  if (whole && parse_integer(bare, integer) == NumberFault::none) ++integers;
  if (parse_float(bare, real) == NumberFault::none) ++floats;
  if (truth_of(bare)) ++booleans;
  if (bare == "0" || bare == "1") ++numeric_booleans;
  Time time;
  if (parse_loose_time(bare, TimeUnit::rfc3339, time) == TimeFault::none) ++times;
  if (parse_duration(bare)) ++durations;
  ++texts.counts[Shape::text];
  texts.add_text(text);
}

FoundField field_of(const std::string& column, const CellShape& shape, std::uint64_t total) {
  FoundField field;
  field.key = column;
  field.optional = shape.given < total;
  if (shape.given == 0) {
    field.comment = "left out: always empty";
  } else if (shape.booleans == shape.given && shape.numeric_booleans < shape.given) {
    field.type = Type::boolean;
  } else if (shape.integers == shape.given) {
    field.type = Type::integer;
  } else if (shape.floats == shape.given) {
    field.type = Type::floating;
  } else if (shape.times == shape.given) {
    field.type = Type::time;
  } else if (shape.durations == shape.given) {
    field.type = Type::duration;
  } else {
    field.type = Type::string;
    field.comment = values_comment(shape.texts);
  }
  return field;
}

}  // namespace tocsin::events
